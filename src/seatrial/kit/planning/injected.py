"""Scripts of workflow steps without pasted expressions: each becomes a quoted shell variable."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from seatrial.model.struct import struct
from seatrial.repo.steps import Step

_POSIX: Final = frozenset({"", "bash", "sh"})
_FIXED: Final = frozenset(
    "github.sha github.run_id github.run_number github.run_attempt github.repository"
    " github.repository_owner github.repository_id github.workspace github.server_url"
    " github.api_url github.event_name github.job github.workflow github.action".split()
)
"""What GitHub itself fills with harmless text."""
_BUILT_IN: Final = {
    "github.ref": "GITHUB_REF",
    "github.ref_name": "GITHUB_REF_NAME",
    "github.head_ref": "GITHUB_HEAD_REF",
    "github.base_ref": "GITHUB_BASE_REF",
    "github.actor": "GITHUB_ACTOR",
    "github.triggering_actor": "GITHUB_TRIGGERING_ACTOR",
}
"""Contexts that each step has as a variable anyway."""
_LEFT: Final = ("secrets.", "secrets[", "matrix.", "runner.", "strategy.", "hashFiles(")
_NO_NAME: Final = frozenset({"github", "event", "outputs", "steps", "needs", "format", "join"})


@struct
class Script:
    """A script that no expression is pasted into.

    Attributes:
        run: its text.
        env: variables that the step needs for it, each with the expression that fills it.
    """

    run: str
    env: tuple[tuple[str, str], ...]


def sanitised(step: Step) -> Script | None:
    """A step's script with expressions passed through `env:`.

    The same text comes back when nothing is pasted. None where it cannot be done by the rules of
    a POSIX shell: another language, or an expression in a text that the shell does not expand.
    """
    text = step.run
    places = [m for m in _expression().finditer(text) if _is_pasted(m[1])]
    if not places:
        return Script(text, ())
    if step.shell not in _POSIX or _heredoc().search(text):
        return None
    quotes = dict(_quotes(text))
    names: dict[str, str] = {}
    taken = {name: node.text for name, node in step.env.pairs()}
    parts: list[str] = []
    end = 0
    for match in places:
        name = _variable(match[1].strip(), names, taken)
        parts += [text[end : match.start()], _reference(text, match, name, quotes)]
        end = match.end()
    env = tuple((name, f"${{{{ {inside} }}}}") for inside, name in names.items())
    return Script("".join((*parts, text[end:])), env)


def _is_pasted(inside: str) -> bool:
    expression = inside.strip()
    return expression not in _FIXED and not any(word in expression for word in _LEFT)


def _variable(inside: str, names: dict[str, str], taken: dict[str, str]) -> str:
    if inside in _BUILT_IN:
        return _BUILT_IN[inside]
    head, _, rest = inside.partition(".")
    if head == "env" and rest.isidentifier():
        return rest
    if inside in names:
        return names[inside]
    written = next((n for n, v in taken.items() if v.strip("${} ") == inside), "")
    if written:
        return written
    words = [w for w in re.split(r"[^A-Za-z0-9]+", inside) if w and w.lower() not in _NO_NAME]
    base = "_".join(words[:4]).upper() or "VALUE"
    name, number = base if not base[0].isdigit() else f"VALUE_{base}", 1
    while name in taken or name in names.values():
        number += 1
        name = f"{base}_{number}"
    names[inside] = name
    return name


def _reference(text: str, match: re.Match[str], name: str, quotes: dict[int, str]) -> str:
    quote = quotes.get(match.start(), "")
    if quote == "'":
        return f"'\"${{{name}}}\"'"
    looped = re.search(r"\bfor\s+\w+\s+in\s[^;\n]*\Z", text[: match.start()])
    return f"${{{name}}}" if quote or looped else f'"${{{name}}}"'


def _quotes(text: str) -> Iterator[tuple[int, str]]:
    """Position of each expression, and the quote in which the shell would find it."""
    stack: list[str] = [""]
    for match in _piece().finditer(text):
        now, piece = stack[-1], match[0]
        if piece.startswith("${{"):
            yield match.start(), now
        elif piece[0] == "\\":
            continue
        elif piece.lstrip()[:1] == "#":
            # In a comment nothing is run; as if quoted, it stays one line.
            inside = _expression().finditer(text, match.start(), match.end())
            yield from ((found.start(), now or '"') for found in inside)
        elif now == "'":
            stack = stack[:-1] if piece == "'" else stack
        elif piece == "$(":
            stack.append("")
        elif (piece, now) == ('"', '"') or ((piece, now) == (")", "") and len(stack) > 1):
            stack.pop()
        elif piece in {'"', "'"} and (piece == '"' or not now):
            stack.append(piece)


@cache
def _piece() -> re.Pattern[str]:
    return re.compile(
        r"\$\{\{(?:[^}]|\}(?!\}))*\}\}|\\.|\$\(|[\"')]|(?:^|(?<=\n))[ \t]*#[^\n]*", re.DOTALL
    )


@cache
def _expression() -> re.Pattern[str]:
    return re.compile(r"\$\{\{((?:[^}]|\}(?!\}))*)\}\}")


@cache
def _heredoc() -> re.Pattern[str]:
    # A quoted mark keeps the shell from filling in variables; an open one ends quoting rules.
    return re.compile(r"<<-?\s*\\?['\"]?\w+")
