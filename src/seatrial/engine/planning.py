"""`seatrial plan`: what the chosen practices want, as one plan; nothing is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator
from importlib import import_module
from importlib.util import find_spec

import seatrial
from seatrial.engine import load
from seatrial.engine.collect import collect
from seatrial.engine.compose import Asked, compose
from seatrial.engine.discreet import discreet
from seatrial.engine.generated import base_of, content, generated_paths
from seatrial.engine.survey import AuditRequest, Ground, site_of, survey_ground
from seatrial.engine.watch import Watcher
from seatrial.kit.secrets.secretvalues import Literal, literals
from seatrial.kit.site import Site
from seatrial.model.change import Call, Leave, Remove, Wish
from seatrial.model.fact import Facts
from seatrial.model.plan import Left, Plan, Reason, SystemChange
from seatrial.model.practice import Practice
from seatrial.model.struct import field, replace, struct

_LOST = (
    "git does not hold what this file was before seatrial edited it, so the plan looked at it as it"
    " is: fetch the whole history (git fetch --unshallow) and plan again"
)


@struct(frozen=False)
class Wanted:
    """What the practices asked for, sorted by kind."""

    files: list[Asked] = field(default_factory=list)
    systems: list[SystemChange] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)


def make_plan(request: AuditRequest, watcher: Watcher) -> Plan:
    """Plan the chosen practices on what people wrote; what is in place already wants nothing.

    Raises:
        UsageError: a practice or an environment does not exist.
        NotReadableError: nothing could be opened.
        SpecError: `seatrial.yaml` is wrong.
    """
    chosen = load.select(request.practices)
    watcher.step(0, len(chosen) + 1, "reading the repositories")
    ground = survey_ground(replace(request, own_only=True), watcher, chosen)
    needs = [key for practice in chosen for key in practice.needs]
    facts = collect(needs, ground.opened.roots, request.live)
    wanted = Wanted()
    memory: dict[Hashable, object] = {}
    for number, practice in enumerate(chosen, 1):
        watcher.step(number, len(chosen) + 1, practice.id)
        _ask(practice, ground, facts, request, memory, wanted)
    for place in ground.lost:
        wanted.left.append(Left("seatrial", _LOST, place, ""))
    if not request.practices and not request.environments and not ground.lost:
        wanted.files.extend(_no_longer_written(ground, wanted))
    return _plan(request, ground, chosen, wanted, memory)


def _ask(
    practice: Practice,
    ground: Ground,
    facts: Facts,
    request: AuditRequest,
    memory: dict[Hashable, object],
    wanted: Wanted,
) -> None:
    rules = load.rules(practice)
    site = site_of(ground, rules, facts, request.now, memory)
    look = planner(practice)
    if look is None or rules.applies(site):
        return
    try:
        for wish in look(site):
            _sort(practice, wish, wanted)
    except Exception as error:  # noqa: BLE001 (one broken plan must leave the others standing)
        seen = ground.mishaps.unknown(f"{practice.id}/plan", error)
        wanted.left.append(Left(practice.id, seen.message, None, ""))


def planner(practice: Practice) -> Callable[[Site[object]], Iterator[Wish]] | None:
    """The `plan` function of a practice's folder, or None where it has none."""
    name = f"seatrial.practices.{practice.id.replace('-', '_')}.plan"
    if find_spec(name) is None:
        return None
    look: Callable[[Site[object]], Iterator[Wish]] = import_module(name).plan
    return look


def _sort(practice: Practice, wish: Wish, wanted: Wanted) -> None:
    if isinstance(wish, Call):
        reason = Reason(practice.id, wish.reason, wish.risk)
        wanted.systems.append(SystemChange(wish.change, reason))
    elif isinstance(wish, Leave):
        left = Left(practice.id, discreet(wish.message), wish.place, wish.credential)
        if left not in wanted.left:
            wanted.left.append(left)
    else:
        wanted.files.append(Asked(practice.id, wish))


def _no_longer_written(ground: Ground, wanted: Wanted) -> Iterator[Asked]:
    """Generated files that no practice writes any more, where nobody changed them."""
    written = {(one.wish.repository, one.wish.path) for one in wanted.files}
    for root in ground.opened.roots:
        for path in sorted(generated_paths(root)):
            if (root.name, path) in written:
                continue
            try:
                untouched = content(root, path) == base_of(root, path) is not None
            except (OSError, UnicodeDecodeError):
                continue
            if untouched:
                reason = "seatrial wrote this file once, and nothing asks for it any more"
                yield Asked("seatrial", Remove(root.name, path, reason))


def _plan(
    request: AuditRequest,
    ground: Ground,
    chosen: tuple[Practice, ...],
    wanted: Wanted,
    memory: dict[Hashable, object],
) -> Plan:
    composed = compose(ground.opened.roots, wanted.files, _secret_lines(ground, request, memory))
    return Plan(
        tool_version=seatrial.__version__,
        at=request.now,
        practices=tuple(practice.id for practice in chosen),
        environments=tuple(environment.name for environment in ground.environments),
        repositories=tuple(root.name for root in ground.opened.roots),
        shown=tuple(ground.opened.shown.items()),
        files=tuple(composed.files),
        systems=tuple(wanted.systems),
        conflicts=tuple(composed.conflicts),
        left=tuple(wanted.left),
        live=request.live is not None,
    )


def _secret_lines(
    ground: Ground, request: AuditRequest, memory: dict[Hashable, object]
) -> dict[tuple[str, str], frozenset[str]]:
    """The lines with credentials, as the site shows them, by repository and path."""
    site: Site[object] = Site(
        ground.repository, object(), ground.environments, Facts({}), request.now, memory
    )
    files = {
        (root.name, path): file for root in ground.opened.roots for path, file in root.files.items()
    }
    lines: dict[tuple[str, str], set[str]] = defaultdict(set)
    none: tuple[Literal, ...] = ()
    for literal in ground.mishaps.shielded("credentials", lambda: literals(site), none):
        key = literal.place.repository, literal.place.path
        if key in files:
            lines[key].update(files[key].lines[literal.place.line - 1 : literal.place.line])
    return {key: frozenset(found) for key, found in lines.items()}
