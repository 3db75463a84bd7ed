"""Texts inside Terraform: values and manifests, inline or read from files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from seatrial.model.place import Place
from seatrial.model.struct import field, struct
from seatrial.repo.infrastructure import hclvalues
from seatrial.repo.infrastructure.tfpaths import NamedFile, named

if TYPE_CHECKING:
    from seatrial.repo.infrastructure.hcl import Expression
    from seatrial.repo.infrastructure.tfscope import Scope

_READERS: Final = ("file", "templatefile")
_MAX_FOLLOWED: Final = 5


@struct
class Text:
    """YAML (or JSON, which is YAML) that stands in Terraform.

    Attributes:
        text: what it comes to; unresolved parts stand as `${...}`. It may hold secrets.
        place: line of the file on which the text's first line stands.
        whole: False when something in it is computed.
    """

    text: str = field(repr=False)
    place: Place
    whole: bool


def members(scope: Scope, listed: Expression | None) -> tuple[Expression, ...]:
    """Objects of a list, also of a local, of `concat(...)` and of both sides of a condition."""
    return tuple(_objects(scope, listed, 0)) if listed else ()


def _objects(scope: Scope, expression: Expression, depth: int) -> Iterator[Expression]:
    if expression.pairs():
        yield expression
    for item in (*expression.items(), *_followed(scope, expression, depth)):
        yield from _objects(scope, item, depth + 1)
    for _, arguments in expression.calls("concat", "compact", "flatten"):
        for argument in arguments:
            yield from _objects(scope, argument, depth + 1)


def _followed(scope: Scope, expression: Expression, depth: int) -> Iterator[Expression]:
    for reference in expression.references if depth < _MAX_FOLLOWED else ():
        head, name = reference.split(".")[:2]
        if head == "local" and name in scope.module.locals:
            yield scope.module.locals[name]


def files(scope: Scope, expression: Expression, depth: int) -> Iterator[NamedFile]:
    """Yield files that an expression reads, also through locals."""
    for name, arguments in expression.calls(*_READERS):
        if arguments:
            yield from named(scope, arguments[0], is_template=name == "templatefile")
    for local in _followed(scope, expression, depth):
        yield from files(scope, local, depth + 1)


def texts(scope: Scope, expression: Expression, depth: int) -> Iterator[Text]:
    """Texts of an expression that does not come from a file."""
    if any(True for _ in expression.calls("templatefile")):
        return
    whole = expression.text.strip()
    for local in _followed(scope, expression, depth):
        if whole.startswith("local."):
            yield from texts(scope, local, depth + 1)
            return
    calls = [a for _, a in expression.calls("yamldecode", "yamlencode", "jsonencode") if a]
    source = calls[0][0] if calls and whole.startswith(("yaml", "json")) else expression
    for item in source.items() if depth < _MAX_FOLLOWED else ():
        yield from texts(scope, item, depth + 1)
    if source.items() or (
        not (source.is_heredoc or source.pairs() or source.is_literal) and source is expression
    ):
        return
    text, complete = hclvalues.render(source, scope)
    start = source.place
    line = start.line + source.is_heredoc
    yield Text(text, Place(start.repository, start.path, line), complete)
