"""The difference between two contents, for people, with the credentials in it masked."""

from __future__ import annotations

import difflib
import re
from collections.abc import Container, Sequence
from typing import Final

CONTEXT: Final = 3
"""Lines of context around a change."""
MASK: Final = "***"

_VALUE: Final = re.compile(
    r"""^(?P<head>\s*(?:-\s+)?(?:export\s+)?["']?(?P<name>[\w.-]+)["']?\s*[:=]\s*)(?P<value>\S.*)$"""
)
_REFERENCE: Final = re.compile(
    r"""^["']?(?:\$\{|\{\{|\$\(|\$[A-Z_]|var\.|local\.|null$|~$|[{\[|>]\s*$)"""
)
_DATA: Final = (".tfvars", ".tfstate", ".env")


def unified(
    before: str | None, after: str | None, path: str, secret_lines: Container[int]
) -> tuple[str, ...]:
    """A unified diff without its file headers.

    Args:
        before: content now, or None.
        after: content afterwards, or None.
        path: path of the file, which tells what kind of file it is.
        secret_lines: 1-based lines of `before` on which a credential stands.
    """
    old, new = (before or "").splitlines(), (after or "").splitlines()
    shown_old = masked(old, path, secret_lines)
    known = {line for line, shown in zip(old, shown_old, strict=True) if line != shown}
    again = [number for number, line in enumerate(new, 1) if line in known]
    shown_new = masked(new, path, frozenset(again)) if before is not None else new
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    out: list[str] = []
    for group in matcher.get_grouped_opcodes(CONTEXT):
        first, last = group[0], group[-1]
        out.append(
            f"@@ -{first[1] + 1},{last[2] - first[1]} +{first[3] + 1},{last[4] - first[3]} @@"
        )
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                out += [f" {line}" for line in shown_old[i1:i2]]
            else:
                out += [f"-{line}" for line in shown_old[i1:i2]]
                out += [f"+{line}" for line in shown_new[j1:j2]]
    return tuple(out)


def masked(lines: Sequence[str], path: str, secret_lines: Container[int]) -> list[str]:
    """The lines with the values of credentials replaced by `***`."""
    from seatrial.kit.secrets.secretnames import is_secret_name, token_kind

    every = path.endswith(_DATA) or "/.env" in f"/{path}"
    out: list[str] = []
    inside: int | None = None
    for number, line in enumerate(lines, 1):
        indent = len(line) - len(line.lstrip())
        if inside is not None and line.strip() and indent <= inside:
            inside = None
        match = _VALUE.match(line)
        named = bool(match and is_secret_name(match["name"]))
        hot = every or number in secret_lines or inside is not None or named
        if hot and match and not _REFERENCE.match(match["value"]):
            out.append(f"{match['head']}{MASK}")
        elif inside is not None or token_kind(line)[0] or (number in secret_lines and not match):
            out.append(f"{line[:indent]}{MASK}" if line.strip() else line)
        else:
            out.append(line)
        if (
            inside is None
            and (number in secret_lines or named)
            and line.rstrip().endswith(("{", "|", ">", "|-", ">-", ":", "["))
        ):
            inside = indent
    return out
