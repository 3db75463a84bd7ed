"""Names of environments, and where a path or a word says one."""

from __future__ import annotations

from functools import cache
from typing import Final, Literal

Tier = Literal["dev", "staging", "production", "other"]

_NAMES: Final = {
    "dev": "dev",
    "devel": "dev",
    "develop": "dev",
    "development": "dev",
    "stage": "staging",
    "staging": "staging",
    "stg": "staging",
    "stag": "staging",
    "uat": "uat",
    "qa": "qa",
    "test": "test",
    "testing": "test",
    "preprod": "preprod",
    "preproduction": "preprod",
    "nonprod": "nonprod",
    "nonproduction": "nonprod",
    "prod": "production",
    "production": "production",
    "prd": "production",
    "live": "production",
    "sandbox": "sandbox",
}
_TIERS: Final[dict[str, Tier]] = {
    "dev": "dev",
    "sandbox": "dev",
    "staging": "staging",
    "uat": "staging",
    "qa": "staging",
    "test": "staging",
    "preprod": "staging",
    "nonprod": "staging",
    "production": "production",
}
# Words that mean many things: only right below a folder of environments, or last in a file's name.
_AMBIGUOUS: Final = frozenset({"test", "testing", "live", "stage", "sandbox", "develop"})
_PARENTS: Final = frozenset(
    "env envs environment environments overlay overlays cluster clusters values stages deploy"
    " deployment deployments config configs infra apps tenants helm terraform live k8s kubernetes"
    " manifests inventories inventory accounts".split()
)
# A part next to one of these names a team, a tool or a list, no environment (`dev-team`).
_COMPANIONS: Final = frozenset(
    "team teams tool tools tooling ops guide docs doc requirements dependencies deps kit server"
    " user users scripts container containers group lead tips notes readiness checklist".split()
)
_PROSE: Final = (".md", ".rst", ".adoc", ".txt", ".html", ".lock")


@cache
def environment_of(text: str) -> str | None:
    """Canonical name of the environment that a path or a word names, or None.

    Whole path segments (a file's name without its ending is one) weigh more than parts of names
    split at `-`, `_` and `.`; deeper ones weigh more than higher ones. Prose files name none.
    """
    lowered = text.strip().strip("/").replace("\\", "/").lower()
    if not lowered or lowered.endswith(_PROSE):
        return None
    *folders, last = lowered.split("/")
    segments = [*folders, _stem(last)]
    for index in range(len(segments) - 1, -1, -1):
        name = _whole(segments, index)
        if name:
            return name
    for index in range(len(segments) - 1, -1, -1):
        name = _part(segments[index])
        if name:
            return name
    return None


def tier(name: str) -> Tier:
    """The tier that an environment of this name belongs to; `other` for an own word."""
    known = _TIERS.get(name)
    if known:
        return known
    return _TIERS.get(environment_of(name) or "", "other")


def _stem(name: str) -> str:
    head, dot, ending = name.rpartition(".")
    # `.env.production` and `app.prod` carry the name where others carry the file's type.
    return head if dot and head.strip(".") and ending not in _NAMES else name.lstrip(".")


def _whole(segments: list[str], index: int) -> str | None:
    word = segments[index].replace("-", "").replace("_", "")
    name = _NAMES.get(word)
    if name is None or word not in _AMBIGUOUS or len(segments) == 1:
        return name
    return name if index and segments[index - 1] in _PARENTS else None


def _part(segment: str) -> str | None:
    parts = _joined(segment.replace("_", "-").replace(".", "-").split("-"))
    if not _COMPANIONS.isdisjoint(parts):
        return None
    for index in range(len(parts) - 1, -1, -1):
        word = parts[index]
        if word in _NAMES and (word not in _AMBIGUOUS or index == len(parts) - 1 > 0):
            return _NAMES[word]
    return None


def _joined(parts: list[str]) -> list[str]:
    # `pre-prod` and `non-prod` must not read as production.
    joined: list[str] = []
    for part in parts:
        if (
            joined
            and joined[-1] in {"pre", "non", "not", "no"}
            and _NAMES.get(part) == "production"
        ):
            joined[-1] = "preprod" if joined[-1] == "pre" else "nonprod"
        else:
            joined.append(part)
    return joined
