"""Files that expressions name: `file("${path.module}/x.yaml")`, with what a run would fill in."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from seatrial.model.place import Place
from seatrial.model.struct import struct
from seatrial.repo.infrastructure.hclnodes import inner
from seatrial.repo.infrastructure.hcltemplates import pieces
from seatrial.repo.infrastructure.hclvalues import evaluate

if TYPE_CHECKING:
    from seatrial.repo.files import File
    from seatrial.repo.infrastructure.hcl import Expression
    from seatrial.repo.infrastructure.tfscope import Scope

_ANY: Final = "\ue001"
_MAX_MATCHES: Final = 64


@struct
class NamedFile:
    """A file that an expression reads.

    Attributes:
        file: None when the repository has no such file.
        path: from the repository's root; with `*` where a run fills in and nothing matches.
        fill: what stands in the file's path where the expression is computed, often the name of
            an environment; empty for a constant path.
        place: of the expression that names it.
        is_template: True for `templatefile`.
    """

    file: File | None
    path: str
    fill: str
    place: Place
    is_template: bool


def locate(scope: Scope, path: str) -> File | None:
    """The file at a path as an expression of this scope computes it."""
    files = scope.module.root.files
    return next((files[p] for p in candidates(scope, path) if p in files), None)


def candidates(scope: Scope, path: str) -> list[str]:
    """Paths from the repository's root: `path.module` makes one; otherwise Terraform's folder."""
    home = scope.chain[0].caller.folder if scope.chain else scope.module.folder
    made = [posixpath.normpath(posixpath.join(home, path)), posixpath.normpath(path)]
    # `path.module` already gave the folder from the repository's root.
    whole = any(path.startswith(f"{p}/") for p in (scope.module.folder, home) if p)
    return list(dict.fromkeys(reversed(made) if whole else made))


def named(scope: Scope, path: Expression, *, is_template: bool) -> Iterator[NamedFile]:
    """Yield the file that a path names, or all files that it can name."""
    pattern = _pattern(scope, path)
    paths = candidates(scope, pattern)
    if _ANY not in pattern:
        file = locate(scope, pattern)
        shown = file.path if file else paths[0]
        yield NamedFile(file, shown, "", path.place, is_template)
        return
    for candidate in paths:
        found = list(_matching(scope, candidate))
        for file, fill in found:
            yield NamedFile(file, file.path, fill, path.place, is_template)
        if found:
            return
    yield NamedFile(None, paths[0].replace(_ANY, "*"), "", path.place, is_template)


def _pattern(scope: Scope, path: Expression) -> str:
    node = inner(path.node)
    if node.type not in {"string_lit", "quoted_template"}:
        value = evaluate(path.node, scope)
        return value if isinstance(value, str) else _ANY
    parts = (p if isinstance(p, str) else evaluate(p, scope) for p in pieces(node))
    return "".join(p if isinstance(p, str) else _ANY for p in parts)


def _matching(scope: Scope, pattern: str) -> Iterator[tuple[File, str]]:
    first, _, last = pattern.partition(_ANY)
    last = last.rpartition(_ANY)[2]
    if not first.strip("./") and not last.strip("./"):
        return
    count = 0
    for path, file in scope.module.root.files.items():
        if len(path) <= len(first) + len(last) or not (
            path.startswith(first) and path.endswith(last)
        ):
            continue
        fill = path[len(first) : len(path) - len(last)]
        if (pattern.count(_ANY) > 1 or "/" not in fill) and count < _MAX_MATCHES:
            count += 1
            yield file, fill
