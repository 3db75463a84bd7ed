"""What a Python file says about routes: routers, routes, includes and imports."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Final

from seatrial.model.struct import field, struct
from seatrial.repo.files import File
from seatrial.repo.yaml import Trouble

_APPS: Final = frozenset(
    "FastAPI Flask Starlette Quart Sanic Bottle Litestar Application APIFlask OpenAPI"
    " Chalice".split()
)
_ROUTERS: Final = frozenset(
    "APIRouter Blueprint APIBlueprint Router Namespace DefaultRouter SimpleRouter Api".split()
)
_METHODS: Final = frozenset("get post put patch delete head options trace".split())
_ADDERS: Final = frozenset(
    "add_url_rule add_api_route add_route add_resource add_get add_post add_put add_delete".split()
)


@struct
class Router:
    """A router; `prefix` is None when it is computed."""

    is_app: bool
    prefix: str | None = ""


@struct
class Rule:
    """A route on a router; `path` is None when it is computed."""

    owner: str
    method: str
    path: str | None
    line: int
    subtree: bool = False


@struct
class Include:
    """A router that is included into another.

    Attributes:
        target: dotted name as written.
        prefix: None when it is computed, empty without one.
        overrides: the prefix replaces the router's own (Flask).
    """

    owner: str
    target: str
    prefix: str | None
    line: int
    overrides: bool = False


@struct(frozen=False)
class Module:
    """One Python file."""

    file: File
    imports: dict[str, tuple[str, str]] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict, repr=False)
    routers: dict[str, Router] = field(default_factory=dict)
    rules: list[Rule] = field(default_factory=list)
    includes: list[Include] = field(default_factory=list)
    tree: ast.Module | None = field(default=None, repr=False)

    def text(self, node: ast.expr | None) -> str | None:
        """The constant text of an expression; None when it is computed."""
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, str) else None
        if isinstance(node, ast.Name):
            return self.constants.get(node.id)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            left, right = self.text(node.left), self.text(node.right)
            return None if left is None or right is None else left + right
        if isinstance(node, ast.JoinedStr):
            parts = [
                self.text(v.value if isinstance(v, ast.FormattedValue) else v) for v in node.values
            ]
            return None if None in parts else "".join(p for p in parts if p)
        return None


def module(file: File) -> Module:
    """Read a file; a broken one is noted and empty."""
    made = Module(file)
    try:
        made.tree = ast.parse(file.text)
        for node in ast.walk(made.tree):
            _node(made, node)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        # Newer syntax than this interpreter's is no fault of the file; see `routepython.read`.
        made.tree = None
        line = getattr(error, "lineno", 1) or 1
        message = f"not valid Python here: {type(error).__name__}"
        file.root.note(file.path, Trouble(line, message, lost=False))
    return made


def _node(made: Module, node: ast.AST) -> None:
    if isinstance(node, ast.ImportFrom):
        base = "." * node.level + (node.module or "")
        for alias in node.names:
            made.imports[alias.asname or alias.name] = (base, alias.name)
    elif isinstance(node, ast.Import):
        for alias in node.names:
            made.imports[alias.asname or alias.name] = (alias.name, "")
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        _assigned(made, node)
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call):
                made.rules.extend(_decorated(made, decorator))
    elif isinstance(node, ast.Call):
        _called(made, node)


def _assigned(made: Module, node: ast.Assign | ast.AnnAssign) -> None:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    names = [t.id for t in targets if isinstance(t, ast.Name)]
    names += [t.attr for t in targets if isinstance(t, ast.Attribute)]
    value = node.value
    for name in names:
        text = made.text(value)
        if text is not None:
            made.constants[name] = text
        elif isinstance(value, ast.Call):
            maker = dotted(value.func).rpartition(".")[2]
            if maker in _APPS or maker.endswith("Flask"):
                made.routers[name] = Router(is_app=True)
            elif maker in _ROUTERS or maker.endswith(("Router", "Blueprint")):
                made.routers[name] = Router(False, _keyword(made, value, "prefix", "url_prefix"))  # noqa: FBT003 # is_app


def _keyword(made: Module, call: ast.Call, *names: str) -> str | None:
    given = next((k.value for k in call.keywords if k.arg in names), None)
    if given is None or (isinstance(given, ast.Constant) and given.value is None):
        return ""
    return made.text(given)


def dotted(node: ast.expr) -> str:
    """A dotted name as written; empty for other expressions."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        base = dotted(node.value)
        return f"{base}.{node.attr}" if base else node.attr
    return ""


def _decorated(made: Module, call: ast.Call) -> Iterator[Rule]:
    owner, _, verb = dotted(call.func).rpartition(".")
    if not owner or (verb not in _METHODS and verb not in {"route", "api_route", "websocket"}):
        return
    path = _first(made, call, "path", "rule", "uri")
    if not call.args and not any(k.arg in {"path", "rule", "uri"} for k in call.keywords):
        return
    if path is not None and path and not path.startswith("/"):
        return
    for method in [verb] if verb in _METHODS else _methods(call):
        yield Rule(owner, method, path, call.lineno)


def _first(made: Module, call: ast.Call, *names: str) -> str | None:
    if call.args:
        return made.text(call.args[0])
    return _keyword(made, call, *names)


def _methods(call: ast.Call) -> list[str]:
    given = next((k.value for k in call.keywords if k.arg == "methods"), None)
    if isinstance(given, ast.List | ast.Tuple | ast.Set):
        return [str(e.value) for e in given.elts if isinstance(e, ast.Constant)] or ["*"]
    return ["GET"] if given is None else ["*"]


def _called(made: Module, call: ast.Call) -> None:
    owner, _, verb = dotted(call.func).rpartition(".")
    if owner and verb in {"include_router", "register_blueprint", "add_namespace", "blueprint"}:
        target = dotted(call.args[0]) if call.args else ""
        prefix = _keyword(made, call, "prefix", "url_prefix", "path")
        flask = verb == "register_blueprint" and prefix != ""
        if target:
            made.includes.append(Include(owner, target, prefix, call.lineno, flask))
    elif verb == "mount" and owner and call.args:
        made.rules.append(Rule(owner, "*", made.text(call.args[0]), call.lineno, subtree=True))
    elif verb in {"Route", "WebSocketRoute", "Mount"} and call.args:
        path = made.text(call.args[0])
        made.rules.append(Rule("", "*", path, call.lineno, subtree=verb == "Mount"))
    elif verb in _ADDERS and call.args:
        made.rules.extend(_added(made, call, owner, verb))
    elif verb == "expose" and "nstrumentator" in ast.dump(call.func):
        made.rules.append(
            Rule("", "GET", _keyword(made, call, "endpoint") or "/metrics", call.lineno)
        )


def _added(made: Module, call: ast.Call, owner: str, verb: str) -> Iterator[Rule]:
    method = verb.removeprefix("add_")
    method = method if method in _METHODS else "*"
    places = call.args[1:] if verb == "add_resource" else call.args[:1]
    if verb == "add_route" and len(call.args) > 1 and made.text(call.args[0]) is None:
        # Sanic and others take the handler first.
        places = call.args[1:2]
    for place in places:
        path = made.text(place)
        if path is None or not path or re.match(r"/|\{|$", path):
            yield Rule(owner, method, path, call.lineno)
