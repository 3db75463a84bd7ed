"""Where a resource exists: `count` and `for_each` conditions, per environment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from seatrial.model.place import Place
from seatrial.model.struct import replace, struct
from seatrial.repo.infrastructure.hclunknown import UNRESOLVED, Value
from seatrial.repo.infrastructure.tfscope import Scope, chains, is_environment

if TYPE_CHECKING:
    from seatrial.repo.infrastructure.hcl import Block, Expression
    from seatrial.repo.infrastructure.tfmodules import Module
    from seatrial.repo.infrastructure.tfscope import Chain

_OTHER: Final = "\ue002other"
_MAX_WORDS: Final = 40


@struct
class Limit:
    """Which environments have a resource.

    Attributes:
        text: the nearest condition as written (the resource's, or that of a calling module);
            empty without one.
        only: the environments to which it is limited; empty when it is not limited that way.
        never: environments that are left out while all others have it.
        off: True when it exists nowhere by what the files say (defaults and tfvars; a `-var` on a
            command line could still turn it on).
        decided: False when a condition stands there and cannot be told.
    """

    text: str = ""
    place: Place | None = None
    only: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    off: bool = False
    decided: bool = True

    def covers(self, environment: str) -> bool:
        """True when nothing keeps the resource out of an environment of this name."""
        if self.off or environment in self.never:
            return False
        return not self.only or environment in self.only


def limit(module: Module, block: Block) -> Limit:
    """Limits of a resource or module block, those of the calls above it included."""
    ways = chains(module)
    conditions = [c for way in ways for c in _conditions(block, way)]
    written = next(iter(conditions), None)
    if written is None and not any(way and _fixed(Scope(module, way, None, None)) for way in ways):
        return Limit()
    words = list(dict.fromkeys(_words(module, block, ways)))[:_MAX_WORDS]
    seen = {word: _exists(module, block, ways, word) for word in words}
    text, place = (written.text, written.place) if written else ("", None)
    other = _exists(module, block, ways, _OTHER)
    plain = _exists(module, block, ways, None)
    return _judge(Limit(text, place), seen, other=other, plain=plain)


def _judge(
    bare: Limit, seen: dict[str, bool | None], *, other: bool | None, plain: bool | None
) -> Limit:
    having = tuple(w for w, exists in seen.items() if exists)
    lacking = tuple(w for w, exists in seen.items() if exists is False)
    settled = all(exists is not None for exists in seen.values())
    if other is True and plain is not False:
        return replace(bare, never=lacking, decided=settled)
    if other is False or (lacking and having and settled):
        off = other is False and not having and settled
        return replace(bare, only=having, off=off, decided=bool(having) or off)
    return replace(bare, off=plain is False and not having, decided=plain is not None)


def _exists(module: Module, block: Block, ways: tuple[Chain, ...], word: str | None) -> bool | None:
    """Whether the block exists anywhere in an environment; None when that cannot be told."""
    answers: list[bool | None] = []
    for way in ways:
        scope = Scope(module, way, None, word)
        if word is not None and not _applies(scope, word):
            answers.append(False)
            continue
        answers.append(_present(scope, block))
    return True if True in answers else None if None in answers else False


def _present(scope: Scope, block: Block) -> bool | None:
    own = [_truth(scope.value(e)) for e in _own(block)]
    above = scope.parent
    if above and scope.chain:
        own.append(_present(above, scope.chain[-1].block))
    return False if False in own else None if None in own else True


def _truth(value: Value) -> bool | None:
    if isinstance(value, bool) or value is None:
        return bool(value)
    if isinstance(value, int | float):
        return value > 0
    return len(value) > 0 if isinstance(value, list | dict) else None


def _own(block: Block) -> list[Expression]:
    found = [e for e in (block.attr("count"), block.attr("for_each")) if e]
    lifecycle = block.child("lifecycle")
    enabled = lifecycle.attr("enabled") if lifecycle else None
    return [*found, enabled] if enabled else found


def _conditions(block: Block, way: Chain) -> Iterator[Expression]:
    yield from _own(block)
    for call in reversed(way):
        yield from _own(call.block)


def _fixed(scope: Scope) -> list[str]:
    """Environments that callers name by a constant (`environment = "production"`)."""
    values: list[str] = []
    current: Scope | None = scope
    while current and current.chain:
        for name in current.chain[-1].block.attributes:
            value = current.lookup("var", name) if is_environment(name) else UNRESOLVED
            if isinstance(value, str):
                values.append(value)
        current = current.parent
    return values


def _applies(scope: Scope, word: str) -> bool:
    plain = Scope(scope.module, scope.chain, None, None)
    fixed = _fixed(plain)
    return not fixed or word in fixed


def _words(module: Module, block: Block, ways: tuple[Chain, ...]) -> Iterator[str]:
    """Strings to which a condition may compare an environment, and names of tfvars files."""
    for way in ways:
        yield from _fixed(Scope(module, way, None, None))
        holder = way[0].caller if way else module
        steps = [(module, block), *((call.caller, call.block) for call in reversed(way))]
        conditional = False
        for home, part in steps:
            for expression in _own(part):
                conditional = True
                yield from _strings(home, expression, 0)
        if conditional:
            yield from (v.label for v in holder.tfvars if v.label and not v.is_example)


def _strings(module: Module, expression: Expression, depth: int) -> Iterator[str]:
    yield from (w for w in expression.strings() if 0 < len(w) < 40)  # noqa: PLR2004 (no name is longer)
    if depth > 4:  # noqa: PLR2004 (locals of locals)
        return
    for reference in expression.references:
        head, name = reference.split(".")[:2]
        if head == "local" and name in module.locals:
            yield from _strings(module, module.locals[name], depth + 1)
        elif head == "var" and name in module.variables():
            default = module.variables()[name].attr("default")
            if default:
                yield from _strings(module, default, depth + 1)
