"""`seatrial audit`: paths in, one frozen record out."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

import seatrial
from seatrial.engine import load
from seatrial.engine.audit import judge, reconcluded
from seatrial.engine.collect import Access, collect
from seatrial.engine.discreet import discreet
from seatrial.engine.generated import generated_paths
from seatrial.engine.ignores import silence
from seatrial.engine.mishaps import Mishaps
from seatrial.engine.origins import show_origins
from seatrial.engine.ranking import score, worst
from seatrial.engine.roots import Opened, commit_of, open_roots, record_of, spec_file
from seatrial.engine.scope import merged, narrowed
from seatrial.engine.waivers import Waivers
from seatrial.engine.watch import Watcher
from seatrial.kit.environments import found
from seatrial.kit.roles import role_of
from seatrial.kit.site import Site
from seatrial.model.environment import Environment
from seatrial.model.fact import Facts
from seatrial.model.finding import Finding
from seatrial.model.place import Place
from seatrial.model.practice import Practice
from seatrial.model.record import AuditRecord, RepositoryRecord, TroubleRecord, Verdict
from seatrial.model.struct import replace, struct
from seatrial.repo.files import Root
from seatrial.repo.repository import Repository
from seatrial.spec.document import Spec


@struct
class AuditRequest:
    """What the user asked for.

    Attributes:
        paths: folders of repositories; the current one when empty.
        practices: ids or numbers; all when empty.
        environments: names or tiers; all when empty.
        config: a `seatrial.yaml` at another place.
        baseline: file of known faults, or None.
        write_baseline: write that file instead of reading it.
        use_spec: read `seatrial.yaml` where there is one.
        debug: let faults of seatrial itself through.
        now: the time of the audit, with a time zone.
        live: how to look at live systems; None looks at files only.
        own_only: see what people wrote only; files that seatrial generated are hidden.
    """

    now: datetime
    paths: tuple[Path, ...] = ()
    practices: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()
    config: Path | None = None
    baseline: Path | None = None
    write_baseline: bool = False
    use_spec: bool = True
    live: Access | None = None
    own_only: bool = False
    debug: bool = False


@struct
class Ground:
    """What was opened and understood before the first check runs.

    Attributes:
        lost: edited files that could not be shown as people wrote them (`own_only`).
    """

    opened: Opened
    spec: Spec
    repository: Repository
    all_environments: tuple[Environment, ...]
    environments: tuple[Environment, ...]
    mishaps: Mishaps
    lost: tuple[Place, ...] = ()


def survey(request: AuditRequest, watcher: Watcher) -> AuditRecord:
    """Audit a system.

    A path that cannot be opened is complained of and left out, as long as another one can.

    Raises:
        UsageError: a practice or an environment does not exist.
        NotReadableError: nothing could be opened.
        SpecError: `seatrial.yaml` or the baseline is wrong.
    """
    chosen = load.select(request.practices)
    watcher.step(0, len(chosen) + 1, "reading the repositories")
    ground = survey_ground(request, watcher, chosen)
    needs = [key for practice in chosen for key in practice.needs]
    facts = collect(needs, ground.opened.roots, request.live)
    verdicts: list[Verdict] = []
    memory: dict[Hashable, object] = {}
    for number, practice in enumerate(chosen, 1):
        watcher.step(number, len(chosen) + 1, practice.id)
        rules = load.rules(practice)
        site = site_of(ground, rules, facts, request.now, memory)
        verdicts.append(judge(rules, site, ground.mishaps))
    verdicts, said = _with_waivers(verdicts, ground, request)
    return _record(request, ground, verdicts, said)


def survey_ground(
    request: AuditRequest, watcher: Watcher, practices: Sequence[Practice] = ()
) -> Ground:
    """Open the repositories and find the environments; no check runs.

    The checks of `practices` are imported while Helm's library loads.
    """
    paths = request.paths or (Path(),)
    file = spec_file(paths, request.config) if request.use_spec else None
    spec = _read_spec(file) if file else Spec()
    opened = open_roots(paths, spec, watcher)
    lost: list[Place] = []
    if request.own_only:
        for root in opened.roots:
            root.hide(generated_paths(root))
            lost.extend(Place(root.name, path) for path in show_origins(root))
    mishaps = Mishaps(request.debug)
    repository = Repository(tuple(opened.roots))
    repository.begin()
    for practice in practices:
        load.rules(practice)
    mishaps.shielded("files", repository.warm, None)
    none: tuple[Environment, ...] = ()
    seen = mishaps.shielded("environments", lambda: found(repository), none)
    everything = merged(seen, spec, spec_place(opened, spec))
    kept = narrowed(everything, request.environments)
    return Ground(opened, spec, repository, everything, kept, mishaps, tuple(lost))


def roles(ground: Ground) -> dict[str, str]:
    """Role of each repository, by its name: as declared, else from its contents."""
    return {root.name: _role(ground, root) for root in ground.opened.roots}


def _role(ground: Ground, root: Root) -> str:
    declared = ground.opened.roles.get(root.name)
    look = partial(role_of, ground.repository, root)
    return declared or ground.mishaps.shielded("roles", look, "both")


def spec_place(opened: Opened, spec: Spec) -> Place:
    """Where `seatrial.yaml` stands, as reports show it."""
    if spec.file is None:
        return Place("", "seatrial.yaml")
    file = spec.file.resolve()
    for root in opened.roots:
        if file.is_relative_to(root.folder):
            return Place(root.name, file.relative_to(root.folder).as_posix())
    return Place("", str(spec.file))


def _read_spec(file: Path) -> Spec:
    from seatrial.spec.load import load_spec

    return load_spec(file, load.settings_types())


def site_of(
    ground: Ground,
    rules: load.Rules,
    facts: Facts,
    now: datetime,
    memory: dict[Hashable, object],
) -> Site[object]:
    """What one practice looks at."""
    settings = ground.spec.practices.get(rules.practice.id) or rules.settings()
    return Site(ground.repository, settings, ground.environments, facts, now, memory)


def _with_waivers(
    verdicts: list[Verdict], ground: Ground, request: AuditRequest
) -> tuple[list[Verdict], list[str]]:
    place = spec_place(ground.opened, ground.spec)
    today = request.now.date()
    waivers = Waivers(ground.spec.waivers, ground.environments, today, place)
    roots = {root.name: root for root in ground.opened.roots}
    covered: list[Verdict] = []
    for verdict in verdicts:
        findings: list[Finding] = []
        for finding in verdict.findings:
            findings.extend(part for f in waivers.cover(finding) for part in silence(f, roots))
        own = [f for f in findings if f.practice != verdict.practice.id]
        own.extend(waivers.expired(verdict.practice.id))
        judged = [f for f in findings if f.practice == verdict.practice.id]
        again = reconcluded(verdict, judged) if verdict.findings else verdict
        covered.append(replace(again, findings=(*own, *again.findings)))
    whole = not request.environments
    return covered, waivers.notices((v.practice.id for v in verdicts), whole=whole)


def _record(
    request: AuditRequest, ground: Ground, verdicts: list[Verdict], said: list[str]
) -> AuditRecord:
    by_role = roles(ground)
    repositories = tuple(
        record_of(
            root,
            by_role[root.name],
            ground.opened.shown[root.name],
            commit_of(ground.opened, root),
        )
        for root in ground.opened.roots
    )
    troubles = tuple(
        TroubleRecord(t.place, discreet(t.message), t.hint)
        for r in ground.opened.roots
        for t in r.troubles
    )
    points = score(verdicts)
    verdicts, hidden, told = _with_baseline(request, ground, verdicts, troubles)
    notices = [*ground.opened.notices, *_same_role(repositories), *said, *told]
    return AuditRecord(
        tool_version=seatrial.__version__,
        at=request.now,
        repositories=repositories,
        environments=ground.environments,
        verdicts=tuple(verdicts),
        worst=worst(verdicts, ground.environments),
        score=points,
        troubles=troubles,
        notices=(*notices, *ground.mishaps.notices()),
        baseline_hidden=hidden,
    )


def _with_baseline(
    request: AuditRequest,
    ground: Ground,
    verdicts: list[Verdict],
    troubles: tuple[TroubleRecord, ...],
) -> tuple[list[Verdict], int, list[str]]:
    if request.baseline is None:
        return verdicts, 0, []
    from seatrial.engine import baseline
    from seatrial.model.errors import NotReadableError

    file = request.baseline
    now = baseline.entries_of(f for v in verdicts for f in v.findings)
    if request.write_baseline:
        baseline.write_baseline(file, now)
        return verdicts, 0, [f"{file}: holds {len(now)} known faults now"]
    known = baseline.read_baseline(file)
    seen = baseline.Seen(
        frozenset() if request.environments else frozenset(v.practice.id for v in verdicts),
        frozenset(root.name for root in ground.opened.roots),
        frozenset((t.place.repository, t.place.path) for t in troubles if t.place),
    )
    kept = baseline.shrunk(known, now, seen)
    told = []
    if len(kept) < len(known):
        told = [f"{file}: {len(known) - len(kept)} faults are gone and left the baseline"]
        try:
            baseline.write_baseline(file, kept)
        except NotReadableError as error:
            told = [f"{error}; the baseline did not shrink"]
    shown = [baseline.hide(verdict, known) for verdict in verdicts]
    return [v for v, _ in shown], sum(count for _, count in shown), told


def _same_role(repositories: Iterable[RepositoryRecord]) -> list[str]:
    by_role: dict[str, list[str]] = {}
    for record in repositories:
        by_role.setdefault(record.role, []).append(record.path)
    words = {"app": "an application", "infra": "infrastructure", "both": "both"}
    return [
        f"{' and '.join(paths)} each hold {words.get(role, role)}; they are read as one system"
        for role, paths in by_role.items()
        if len(paths) > 1
    ]
