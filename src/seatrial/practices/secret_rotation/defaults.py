"""Well-known credentials that an application takes when nobody gives it another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from seatrial.kit.grouping import named
from seatrial.kit.platform.live import is_aside
from seatrial.kit.secrets.secretnames import is_placeholder, is_reference, is_secret_name
from seatrial.kit.secrets.secrettypes import is_sample
from seatrial.kit.site import Site
from seatrial.model.finding import Confidence, Observation, Severity, fault
from seatrial.model.practice import check
from seatrial.practices.secret_rotation.settings import Settings
from seatrial.repo.files import File

_CODE: Final = frozenset(".py .js .ts .mjs .cjs .rb .php .java .kt .go .cs .properties".split())
_NAMED: Final = (
    "config", "setting", "conf", "env", "constant", "app", "main", "server", "secret", "auth",
    "security", "database", "db", "session", "jwt", "init", "application",
)  # fmt: skip
_NOT_SHIPPED: Final = ("dev", "local", "test", "spec", "ci.", "seed", "mock", "demo", "e2e")
_CALLS: Final = ("env", "ENV", "fetch", "getOrDefault")
_MAX_FILES: Final = 200
_MAX_CHARACTERS: Final = 200_000
_LONGEST: Final = 1000
"""Characters of a line that people write; longer ones are generated, and slow to search."""
_SHORTEST: Final = 4
_NOTHING: Final = frozenset({"none", "null", "true", "false", "undefined", "not-set", "unset"})


@check("secret-rotation/known-default", severity=Severity.MEDIUM, fix="manual")
def known_default(site: Site[Settings]) -> Iterator[Observation]:
    """An application falls back to a credential that stands in its code.

    Why: one missing variable, and production runs with a key that everybody can read; nothing
    fails, so nobody notices.
    Fix: no default: let the start fail when the variable is missing, and keep defaults in a file
    that only development reads.
    """
    budget = _MAX_FILES
    for file in site.repo.files():
        if not _may_hold(file) or budget == 0 or len(file.text) > _MAX_CHARACTERS:
            continue
        budget -= 1
        found = list(_defaults(file))
        if found:
            fall = "falls" if len({name for name, _ in found}) == 1 else "fall"
            yield fault(
                file.place(found[0][1]),
                f"{named(name for name, _ in found)} {fall} back to a value that stands in"
                f" {file.path}",
                confidence=Confidence.LOW,
                related=tuple(file.place(line) for _, line in found[1:8]),
            )


def _may_hold(file: File) -> bool:
    path = file.path.lower()
    if is_sample(path) or is_aside(path) or any(word in path for word in _NOT_SHIPPED):
        return False
    name = file.name.lower()
    if _is_start(file):
        return True
    if file.suffix in {".yml", ".yaml"}:
        return name.startswith(("application", "bootstrap"))
    folder = file.folder.rpartition("/")[2].lower()
    return file.suffix in _CODE and (name.startswith(_NAMED) or folder.startswith(_NAMED[:3]))


def _is_start(file: File) -> bool:
    shell = file.suffix in {".sh", ".bash"} or (not file.suffix and "entrypoint" in file.name)
    return shell and "entrypoint" in file.name.lower()


def _defaults(file: File) -> Iterator[tuple[str, int]]:
    """Names of secrets with a default, each with its line."""
    shell = _is_start(file)
    spring = file.suffix in {".properties", ".yml", ".yaml"}
    development = False
    for number, line in enumerate(file.lines, 1):
        text = line.strip()
        if text.startswith("class "):
            development = any(word in text.lower() for word in _NOT_SHIPPED)
        if development or len(line) > _LONGEST or text.startswith(("#", "//", "*")):
            continue
        if shell or spring:
            found = _expanded().findall(line)
            found += _assigned().findall(line) if shell else []
        elif any(call in line for call in _CALLS):
            found = [*_called().findall(line), *_either().findall(line)]
        else:
            continue
        for name, value in found:
            if is_secret_name(name) and _is_credential(value):
                yield name, number


def _is_credential(value: str) -> bool:
    if len(value) < _SHORTEST or any(c in value for c in " \t") or "://" in value:
        return False
    if value.lower() in _NOTHING or value.startswith(("/", "./", "-")):
        return False
    if is_reference(value) or is_placeholder(value):
        return False
    # `API_TOKEN` in place of a value is the name of another variable.
    return not (value.isupper() and "_" in value)


@cache
def _called() -> re.Pattern[str]:
    # `os.environ.get("X", "y")`, `ENV.fetch("X", "y")`, `env("X", "y")`.
    return re.compile(
        r"\w*(?:get|[eE]nv|ENV|fetch|Default)\w*\(\s*[\"'](\w+)[\"']\s*,\s*(?:default\s*=\s*)?"
        r"[\"'`]([^\"'`]*)[\"'`]"
    )


@cache
def _either() -> re.Pattern[str]:
    # `process.env.X || "y"`, `process.env.X ?? "y"`, `ENV["X"] || "y"`.
    return re.compile(
        r"(?:process\.env\.|ENV\[[\"'])(\w+)(?:[\"']\])?\s*(?:\|\||\?\?)\s*[\"'`]([^\"'`]*)[\"'`]"
    )


@cache
def _expanded() -> re.Pattern[str]:
    return re.compile(r"\$\{([\w.\-]+?):[-=]?([^}$]+)\}")


@cache
def _assigned() -> re.Pattern[str]:
    return re.compile(r"^\s*(?:export\s+)?(\w+)=[\"']?([^\"'$`\s]+)[\"']?\s*$")
