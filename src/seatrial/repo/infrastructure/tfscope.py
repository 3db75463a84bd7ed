"""What names mean inside a module: variables, locals, workspace, files; per chain of calls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

from seatrial.repo.infrastructure import hclvalues
from seatrial.repo.infrastructure.hclfunctions import equal
from seatrial.repo.infrastructure.hclunknown import UNRESOLVED, Value, is_small

if TYPE_CHECKING:
    from seatrial.repo.infrastructure.hcl import Expression
    from seatrial.repo.infrastructure.tfmodules import Call, Module
    from seatrial.repo.infrastructure.tfvars import TfVars

Chain = tuple["Call", ...]
"""Calls from a root module down to a module."""

MAX_CHAINS: Final = 24
"""Ways to one module that are followed."""
MAX_CALLS: Final = 8
"""Length of one way."""
_MAX_LOOKUPS: Final = 40
_ENVIRONMENT_WORDS: Final = frozenset({"environment", "env", "stage", "workspace", "tier"})


def chains(module: Module) -> tuple[Chain, ...]:
    """Ways from an uncalled module to this one; an endless circle is no way."""
    made: list[Chain] = []
    stack: list[tuple[Module, Chain]] = [(module, ())]
    while stack and len(made) < MAX_CHAINS:
        current, chain = stack.pop(0)
        callers = [c for c in current.callers if not c.caller.is_example]
        if not callers:
            made.append(chain)
        elif len(chain) < MAX_CALLS:
            stack.extend((call.caller, (call, *chain)) for call in callers[:MAX_CHAINS])
    return tuple(made) or ((),)


def resolve(
    module: Module, expression: Expression, tfvars: TfVars | None, environment: str | None
) -> Value:
    """Value on which all chains agree (see `Module.resolve`)."""
    values = [s.value(expression) for s in scopes(module, tfvars, environment)]
    agreed = all(values[0] is v or equal(values[0], v) is True for v in values[1:])
    return values[0] if agreed else UNRESOLVED


def render(module: Module, expression: Expression, environment: str | None) -> tuple[str, bool]:
    """Text on which all chains agree, and whether it is whole; otherwise as written."""
    texts = [hclvalues.render(expression, s) for s in scopes(module, None, environment)]
    if all(t == texts[0] for t in texts):
        return texts[0]
    return hclvalues.render(expression, hclvalues.Nothing())[0], False


def scopes(module: Module, tfvars: TfVars | None, environment: str | None) -> Iterator[Scope]:
    """One scope for each chain."""
    return (Scope(module, chain, tfvars, environment) for chain in chains(module))


def is_environment(variable: str) -> bool:
    """True for a variable whose name says that it holds the environment's name."""
    words = variable.lower().split("_")
    return not _ENVIRONMENT_WORDS.isdisjoint(words) and words[-1] not in {"vars", "variables"}


class Scope:
    """Names of one module when it is reached by one chain of calls."""

    def __init__(
        self, module: Module, chain: Chain, tfvars: TfVars | None, environment: str | None
    ) -> None:
        """Assume a tfvars file and an environment, or neither."""
        self.module = module
        self.chain = chain
        self.environment = environment
        self.tfvars = tfvars
        self._values: dict[tuple[str, str], Value] = {}
        self._parent: Scope | None = None
        self._open = 0

    def value(self, expression: Expression) -> Value:
        """Value of an expression of this module."""
        return hclvalues.evaluate(expression.node, self)

    @property
    def parent(self) -> Scope | None:
        """Scope of the caller."""
        if self.chain and self._parent is None:
            caller = self.chain[-1].caller
            self._parent = Scope(caller, self.chain[:-1], self.tfvars, self.environment)
        return self._parent

    def lookup(self, head: str, name: str) -> Value:
        """Value of `head.name`."""
        key = (head, name)
        if key not in self._values:
            # Until it is known it is unresolved: a circle of locals ends there.
            self._values[key] = UNRESOLVED
            if self._open < _MAX_LOOKUPS:
                self._open += 1
                value = self._find(head, name)
                self._open -= 1
                self._values[key] = value if is_small(value) else UNRESOLVED
        return self._values[key]

    def _find(self, head: str, name: str) -> Value:
        finders: dict[str, Callable[[str], Value]] = {
            "var": self._variable,
            "local": self._local,
            "terraform": self._terraform,
            "path": self._path,
        }
        return finders[head](name) if head in finders else UNRESOLVED

    def read(self, path: str) -> str | None:
        """Text of a file of the same repository."""
        from seatrial.repo.infrastructure.tfpaths import locate

        file = locate(self, path)
        return file.text if file else None

    def _local(self, name: str) -> Value:
        expression = self.module.locals.get(name)
        return self.value(expression) if expression else UNRESOLVED

    def _terraform(self, name: str) -> Value:
        known = name == "workspace" and self.environment is not None
        return self.environment if known else UNRESOLVED

    def _path(self, name: str) -> Value:
        module = self.module
        if name in {"root", "cwd"} and self.chain:
            module = self.chain[0].caller
        return (module.folder or ".") if name in {"module", "root", "cwd"} else UNRESOLVED

    def _variable(self, name: str) -> Value:
        if self.chain:
            given = self.chain[-1].block.attr(name)
            if given and self.parent:
                return self.parent.value(given)
            return self._default(name)
        chosen = self._chosen()
        if chosen and name in chosen.assignments:
            return self.value(chosen.assignments[name])
        if self.environment is not None and is_environment(name):
            return self.environment
        return self._usual(name, settled=chosen is not None)

    def _chosen(self) -> TfVars | None:
        if self.tfvars or self.environment is None:
            return self.tfvars
        return next((v for v in self.module.tfvars if v.label == self.environment), None)

    def _usual(self, name: str, *, settled: bool) -> Value:
        in_folder = [v for v in self.module.tfvars if not v.is_example]
        auto = [v for v in in_folder if v.is_auto and v.file.folder == self.module.folder]
        given = [v.assignments[name] for v in auto if name in v.assignments]
        usual = self.value(given[-1]) if given else self._default(name)
        named = [v for v in in_folder if v not in auto and name in v.assignments]
        if settled or all(equal(self.value(v.assignments[name]), usual) is True for v in named):
            return usual
        return UNRESOLVED

    def _default(self, name: str) -> Value:
        variable = self.module.variables().get(name)
        default = variable.attr("default") if variable else None
        return self.value(default) if default else UNRESOLVED
