"""The difference between two contents, for people, with the credentials in it masked."""

from __future__ import annotations

import difflib
import re
from collections.abc import Container, Sequence
from itertools import pairwise
from typing import Final

CONTEXT: Final = 3
"""Lines of context around a change."""
MASK: Final = "***"

_VALUE: Final = re.compile(
    r"""^(?P<head>\s*(?:-\s+)?(?:export\s+)?["']?(?P<name>[\w.-]+)["']?\s*[:=]\s*)(?P<value>\S.*)$"""
)
_HARMLESS: Final = re.compile(
    r"""^["']?(?:\$\{|\{\{|\$\(|\$[A-Z_]|var\.|local\.|(?:null|~|true|false)["']?,?$|[{\[|>]\s*$)"""
)
"""References, and values that are no secret under any name."""
_DATA: Final = (".tfvars", ".tfstate", ".env")
_LOGIN: Final = re.compile(r"(?<=://)[^\s/@'\"`]+@")
_WORD: Final = re.compile(r"[A-Za-z0-9+_=-]{10,}")
_CLASSES: Final = (str.islower, str.isupper, str.isdigit)


def unified(
    before: str | None, after: str | None, path: str, secret_lines: Container[str]
) -> tuple[str, ...]:
    """A unified diff without its file headers.

    Args:
        before: content now, or None.
        after: content afterwards, or None.
        path: path of the file, which tells what kind of file it is.
        secret_lines: the lines on which a credential stands. They are known by their text: the
            number of a line changes with the next edit above it.
    """
    old, new = (before or "").splitlines(), (after or "").splitlines()
    shown_old = masked(old, path, secret_lines)
    known = {line for line, shown in zip(old, shown_old, strict=True) if line != shown}
    shown_new = masked(new, path, known) if before is not None else new
    blind = _without_random if before is not None else str
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    out: list[str] = []
    for group in matcher.get_grouped_opcodes(CONTEXT):
        first, last = group[0], group[-1]
        out.append(
            f"@@ -{first[1] + 1},{last[2] - first[1]} +{first[3] + 1},{last[4] - first[3]} @@"
        )
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                out += [f" {blind(line)}" for line in shown_old[i1:i2]]
            else:
                out += [f"-{blind(line)}" for line in shown_old[i1:i2]]
                out += [f"+{blind(line)}" for line in shown_new[j1:j2]]
    return tuple(out)


def masked(lines: Sequence[str], path: str, secret_lines: Container[str]) -> list[str]:
    """The lines with the values of credentials replaced by `***`."""
    from seatrial.kit.secrets.secretnames import is_secret_name, token_kind

    every = path.endswith(_DATA) or "/.env" in f"/{path}"
    has_token = bool(token_kind("\n".join(lines))[0])
    out: list[str] = []
    inside: int | None = None
    for line in lines:
        indent = len(line) - len(line.lstrip())
        if inside is not None and line.strip() and indent <= inside:
            inside = None
        match = _VALUE.match(line)
        named = bool(match and is_secret_name(match["name"]))
        hot = every or line in secret_lines or inside is not None or named
        if hot and match and not _HARMLESS.match(match["value"]):
            out.append(f"{match['head']}{MASK}")
        elif (
            inside is not None
            or (has_token and token_kind(line)[0])
            or (line in secret_lines and not match)
        ):
            out.append(f"{line[:indent]}{MASK}" if line.strip() else line)
        else:
            out.append(line)
        if (
            inside is None
            and (line in secret_lines or named)
            and line.rstrip().endswith(("{", "|", ">", "|-", ">-", ":", "["))
        ):
            inside = indent
    return out


def _without_random(line: str) -> str:
    """A line to be shown, without logins in addresses and words that look drawn by lot.

    A diff shows lines around the change that no rule has looked at; there a password has
    neither a name nor a place.
    """
    line = _LOGIN.sub(f"{MASK}@", line)
    return _WORD.sub(lambda found: MASK if _is_random(found[0]) else found[0], line)


def _is_random(word: str) -> bool:
    """Lower case, upper case and digits that change at every third character or more often."""
    kinds = [n for c in word for n, is_it in enumerate(_CLASSES) if is_it(c)]
    changes = sum(a != b for a, b in pairwise(kinds))
    return len(set(kinds)) == len(_CLASSES) and changes * 3 > len(kinds)
