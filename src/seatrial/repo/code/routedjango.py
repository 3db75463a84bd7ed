"""Routes of Django: `urlpatterns` with their includes, and routers of Django REST framework."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Final

from seatrial.model.finding import Confidence
from seatrial.model.struct import field, struct
from seatrial.repo.code.pymodule import Module, dotted
from seatrial.repo.code.route import Found, joined
from seatrial.repo.files import File

_PATHS: Final = frozenset({"path", "re_path", "url"})
MAX_DEPTH: Final = 8


@struct(frozen=False)
class _Urls:
    """The patterns of one file."""

    routes: list[tuple[str | None, int, bool]] = field(default_factory=list)
    includes: list[tuple[str | None, str | None, int]] = field(default_factory=list)
    registered: list[tuple[str | None, int]] = field(default_factory=list)


@struct(frozen=False)
class Django:
    """The Django projects of one repository."""

    modules: list[Module]
    resolve: Callable[[File, str], str | None]

    def read(self, found: Found) -> None:
        """Add their routes, starting at the files that no other includes."""
        by_path = {m.file.path: m for m in self.modules if "urlpatterns" in m.file.text}
        urls = {path: _urls(made) for path, made in by_path.items()}
        included = {
            target
            for path, own in urls.items()
            for _, name, _ in own.includes
            if name and (target := self.resolve(by_path[path].file, name))
        }
        for path in by_path:
            if path not in included:
                self._walk(path, "", Confidence.HIGH, found, by_path, urls)

    def _walk(
        self,
        path: str,
        prefix: str,
        confidence: Confidence,
        found: Found,
        modules: dict[str, Module],
        urls: dict[str, _Urls],
    ) -> None:
        file, own = modules[path].file, urls[path]
        if prefix.count("/") > MAX_DEPTH * 4:
            return
        for text, line, subtree in own.routes:
            if text is None:
                found.doubt(file, line, "a path that is computed")
            else:
                full = joined(prefix, text)
                found.add(file, line, "*", full, confidence, subtree=subtree)
        for text, name, line in own.includes:
            target = self.resolve(file, name) if name else None
            if target in urls and target != path and text is not None:
                self._walk(target or "", joined(prefix, text), confidence, found, modules, urls)
            elif name and name.endswith(".urls") and own.registered and text is not None:
                self._registered(file, joined(prefix, text), own, confidence, found)
            else:
                found.add(file, line, "*", joined(prefix, text or ""), Confidence.LOW, subtree=True)
        if own.registered and not any(n and n.endswith(".urls") for _, n, _ in own.includes):
            self._registered(file, prefix, own, confidence, found)

    def _registered(
        self, file: File, prefix: str, own: _Urls, confidence: Confidence, found: Found
    ) -> None:
        for text, line in own.registered:
            if text is None:
                found.doubt(file, line, "a path that is computed")
                continue
            found.add(file, line, "*", joined(prefix, text), confidence)
            found.add(file, line, "*", joined(prefix, text, "{}"), confidence)


def _urls(made: Module) -> _Urls:
    own = _Urls()
    for call in _calls(made.tree):
        name = dotted(call.func).rpartition(".")[2]
        if name in _PATHS and len(call.args) > 1:
            text, view = made.text(call.args[0]), call.args[1]
            if isinstance(view, ast.Call) and dotted(view.func).endswith("include"):
                own.includes.append((text, _included(made, view), call.lineno))
            else:
                own.routes.append((text, call.lineno, dotted(view).endswith(".urls")))
        elif name == "register" and len(call.args) > 1 and "outer" in dotted(call.func).lower():
            own.registered.append((made.text(call.args[0]), call.lineno))
    return own


def _calls(tree: ast.Module | None) -> Iterator[ast.Call]:
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.Call):
            yield node


def _included(made: Module, call: ast.Call) -> str | None:
    """Dotted name of what `include` is given: a module, or `router.urls`."""
    if not call.args:
        return None
    target = call.args[0]
    if isinstance(target, ast.Tuple) and target.elts:
        target = target.elts[0]
    text = made.text(target)
    if text is not None:
        return text
    name = dotted(target)
    if name in made.imports:
        base, attribute = made.imports[name]
        return f"{base}.{attribute}" if base.strip(".") else f"{base}{attribute}"
    return name or None
