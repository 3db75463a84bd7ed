"""Routes of Ruby: `config/routes.rb` of Rails (what is constant in it), Sinatra, Grape."""

from __future__ import annotations

import re
from typing import Final

from seatrial.model.finding import Confidence
from seatrial.repo.code.route import Found, joined, uncommented
from seatrial.repo.files import File

_VERBS: Final = frozenset({"get", "post", "put", "patch", "delete", "match", "head"})
MAX_DEPTH: Final = 30
"""Blocks in blocks that are followed; more is no file that people wrote."""
_COLLECTION: Final = "<collection>"
_ACTIONS: Final = {
    "index": ("GET", ""),
    "create": ("POST", ""),
    "new": ("GET", "new"),
    "show": ("GET", "{}"),
    "edit": ("GET", "{}/edit"),
    "update": ("PATCH", "{}"),
    "destroy": ("DELETE", "{}"),
}


def read(file: File, found: Found) -> None:
    """Add the routes of a Ruby file."""
    rails = "routes.draw" in file.text
    stack: list[str | None] = []
    lines = [line.strip() for line in uncommented(file.text, "#").splitlines()]
    for number, line in enumerate(lines, 1):
        # `match(` with its arguments on the lines below
        text = line + lines[number] if line.endswith("(") and number < len(lines) else line
        word = re.match(r"\w+", text)
        verb = word[0] if word else ""
        opened: str | None = None
        prefix = _prefix(stack)
        if verb == "end" and stack:
            stack.pop()
            continue
        if len(stack) > MAX_DEPTH:
            found.doubt(file, number, "blocks nested too deeply")
            return
        if verb in _VERBS:
            _verb(file, number, verb, text, prefix, found, rails=rails)
        elif rails:
            opened = _scope(file, number, verb, text, prefix, found)
        if re.search(r"\bdo\b(\s*\|[^|]*\|)?\s*$", text) or re.match(
            r"(if|unless|case|class|module|def|begin)\b", text
        ):
            stack.append(opened)


def _prefix(stack: list[str | None]) -> str:
    """The prefix of all open blocks; `collection` takes the parameter of its resource back."""
    prefix = ""
    for opened in stack:
        if opened == _COLLECTION:
            prefix = prefix.removesuffix("/{}")
        elif opened:
            prefix = joined(prefix, opened)
    return prefix


def _verb(
    file: File, line: int, verb: str, text: str, prefix: str, found: Found, *, rails: bool
) -> None:
    match = re.match(r"\w+[ (]+(?:[\"']([^\"']*)[\"']|:(\w+))", text)
    if not match:
        if rails:
            found.doubt(file, line, "a path that is computed")
        return
    path = match[1] if match[1] is not None else match[2]
    if "#{" in path:
        found.doubt(file, line, "a path that is computed")
        return
    if "on: :collection" in text:
        prefix = prefix.removesuffix("/{}")
    clean = re.sub(r"\(\.?:?\w+\)", "", path)
    method = "*" if verb == "match" else verb
    found.add(file, line, method, joined(prefix, clean))


def _scope(file: File, line: int, verb: str, text: str, prefix: str, found: Found) -> str | None:
    """Add what a line of Rails declares; return the prefix that holds inside its block."""
    names = re.findall(
        r"[:\"']([\w/-]+)[\"']?(?=\s*(?:,|\)|do\b|$|=>))", text.partition(",")[0] + " "
    )
    path = re.search(r"\bpath:\s*[\"']([^\"']*)[\"']", text)
    if verb == "root":
        found.add(file, line, "GET", prefix or "/")
    elif verb in {"namespace", "scope"}:
        direct = re.match(r"\w+[ (]+[\"':]([\w/:-]+)", text)
        return path[1] if path else (direct[1] if direct and "module:" not in direct[0] else "")
    elif verb in {"resources", "resource"}:
        return _resources(file, line, verb, text, prefix, found)
    elif verb == "collection":
        return _COLLECTION
    elif verb == "mount":
        at = re.search(r"(?:=>|at:)\s*[\"']([^\"']+)[\"']", text)
        found.add(file, line, "*", joined(prefix, at[1] if at else "/"), subtree=True)
    elif verb == "devise_for" and names:
        for name in names:
            own = path[1] if path else name
            found.add(file, line, "*", joined(prefix, own), Confidence.LOW, subtree=True)
    elif verb in {"use_doorkeeper", "draw", "concern", "concerns"} and names:
        found.doubt(file, line, f"`{verb}` adds routes that are not read")
    return None


def _resources(
    file: File, line: int, verb: str, text: str, prefix: str, found: Found
) -> str | None:
    listed = re.match(r"resources?[ (]+((?::\w+|[\"'][\w/-]+[\"'])(?:\s*,\s*:\w+(?!\s*=>))*)", text)
    if not listed:
        found.doubt(file, line, "resources that are computed")
        return None
    only = _actions(text, "only")
    without = _actions(text, "except") or set()
    path = re.search(r"\bpath:\s*[\"']([^\"']*)[\"']", text)
    inner: str | None = None
    for name in re.findall(r"[\w/-]+", listed[1]):
        base = joined(prefix, path[1] if path else name)
        single = verb == "resource"
        for action, (method, tail) in _ACTIONS.items():
            if (only is not None and action not in only) or action in without:
                continue
            if not (single and action == "index"):
                end = tail.replace("{}", "").strip("/") if single else tail
                found.add(file, line, method, joined(base, end), Confidence.HIGH)
        own = path[1] if path else name
        inner = own if single else joined(own, "{}")
    return inner


def _actions(text: str, key: str) -> set[str] | None:
    match = re.search(rf"\b{key}:\s*(?:%i\[([^\]]*)\]|\[([^\]]*)\]|:(\w+))", text)
    if not match:
        return None
    return set(re.findall(r"\w+", match[1] or match[2] or match[3] or ""))
