"""The first `seatrial.yaml`, written from what was found."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from seatrial.model.environment import Environment
from seatrial.model.struct import struct

_PLAIN = re.compile(r"[A-Za-z./_][A-Za-z0-9 ./_-]*[A-Za-z0-9/_-]|[A-Za-z.]")
_RESERVED = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


@struct
class Draft:
    """What goes into the file.

    Attributes:
        repositories: (role, path relative to the file).
        practices: ids of all practices, for the commented example.
    """

    name: str
    repositories: tuple[tuple[str, str], ...]
    environments: tuple[Environment, ...]
    practices: tuple[str, ...]


def write_draft(draft: Draft) -> str:
    """Text of the file; reading it again gives what was found, and nothing else is set."""
    parts = [
        "# What seatrial cannot see by itself. Nothing here is required for `seatrial audit`:",
        "# what was found is written down, so that you can correct it.",
        "# `seatrial schema spec` prints the schema of this file for editors.",
        "version: 1",
        f"name: {_scalar(draft.name)}",
        "",
        "# Folders by role (app, infra, both), relative to this file.",
        "# `seatrial audit` in the folder of this file finds the others.",
        *_repositories(draft.repositories),
        "",
        *_environments(draft.environments),
        "",
        *_examples(draft.practices),
    ]
    return "\n".join(parts) + "\n"


def _repositories(found: Iterable[tuple[str, str]]) -> list[str]:
    by_role: dict[str, list[str]] = {}
    for role, path in found:
        by_role.setdefault(role, []).append(_scalar(path))
    lines = ["repositories:"]
    for role, paths in by_role.items():
        lines.append(
            f"  {role}: {paths[0]}" if len(paths) == 1 else f"  {role}: [{', '.join(paths)}]"
        )
    return lines if by_role else ["# repositories:", "#   app: ."]


def _environments(found: tuple[Environment, ...]) -> list[str]:
    lines = [
        "# Environments by name. The tier (dev, staging, production, other) says what is asked;",
        "# namespace, url, branch and values (its Helm values file) may be added.",
    ]
    if not found:
        return [*lines, "# environments:", "#   production: {tier: production}"]
    lines.append("environments:")
    for environment in found:
        lines.append(f"  {_scalar(environment.name)}:")
        where = f"  # seen at {_comment(environment.places[0])}" if environment.places else ""
        lines.append(f"    tier: {environment.tier}{where}")
    return lines


def _examples(practices: tuple[str, ...]) -> list[str]:
    example = practices[0] if practices else "rollback"
    return [
        "# Settings by practice; `seatrial explain PRACTICE` tells what each one asks.",
        "# practices:",
        f"#   {example}: {{}}",
        "",
        "# Accepted findings: each with a reason, an owner and a last day.",
        "# waivers:",
        f"#   - rule: {example}/*",
        "#     environment: dev",
        "#     reason: nobody relies on it",
        "#     owner: platform team",
        "#     expires: 2027-01-31",
    ]


def _scalar(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.lower() not in _RESERVED:
        return text
    return json.dumps(text, ensure_ascii=True)


def _comment(place: object) -> str:
    return "".join(c if c.isprintable() else "?" for c in str(place))
