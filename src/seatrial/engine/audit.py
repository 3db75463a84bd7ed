"""`seatrial audit`: repositories in, record out."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator

from seatrial.engine.discreet import discreet
from seatrial.engine.load import Rules
from seatrial.engine.mishaps import Mishaps
from seatrial.kit.site import Site
from seatrial.model.fact import Missing
from seatrial.model.finding import (
    Confidence,
    Finding,
    Observation,
    Outcome,
    Reach,
    Severity,
    unknown,
)
from seatrial.model.practice import Check, Practice
from seatrial.model.record import Verdict
from seatrial.model.struct import replace
from seatrial.model.verdict import Status, environment_status, practice_status
from seatrial.systems.github.facts import Hosted

ANYWHERE = ""
"""Stands for the only environment of a system that shows none."""


def judge(rules: Rules, site: Site[object], mishaps: Mishaps | None = None) -> Verdict:
    """Run one practice's checks and say what is true of it in each environment.

    A check that fails inside becomes an unknown finding; the other checks go on.
    """
    mishaps = mishaps or Mishaps()
    practice = rules.practice.id
    names = [e.name for e in site.environments] or [ANYWHERE]
    reason = mishaps.shielded(f"{practice}: not_applicable", lambda: rules.applies(site), "")
    if reason and (hidden := _possibly_there(rules, site)):
        return conclude(rules.practice, _in_order(_fingerprinted(hidden)), names, names)
    if not reason:
        needed = mishaps.shielded(
            f"{practice}: needed_in", lambda: [n for n in names if rules.needed_in(site, n)], names
        )
        if needed:
            return _concluded(rules, site, names, needed, mishaps)
        reason = "no environment of this system needs it"
    statuses = tuple((name, Status.NOT_APPLICABLE) for name in names)
    return Verdict(rules.practice, Status.NOT_APPLICABLE, statuses, reason, ())


def _concluded(
    rules: Rules, site: Site[object], names: list[str], needed: list[str], mishaps: Mishaps
) -> Verdict:
    seen = [
        *_findings(rules, site, needed, mishaps),
        *_unread(rules, site),
        *_unconfirmed(rules, site),
    ]
    return conclude(rules.practice, _in_order(_fingerprinted(seen)), names, needed)


def conclude(
    practice: Practice, findings: tuple[Finding, ...], names: list[str], needed: list[str]
) -> Verdict:
    """Fold findings into statuses; called again after waivers were applied."""
    live = practice.live_substance
    statuses = {
        name: environment_status(findings, name, live_substance=live)
        if name in needed
        else Status.NOT_APPLICABLE
        for name in names
    }
    status = practice_status(statuses.values())
    summary = summarise(status, findings, statuses)
    return Verdict(practice, status, tuple(statuses.items()), summary, findings)


def summarise(status: Status, findings: Iterable[Finding], statuses: dict[str, Status]) -> str:
    """One sentence that names the thing and the environments that lack it."""
    faults = [f for f in findings if f.counts]
    unknowns = [f for f in findings if f.outcome is Outcome.UNKNOWN]
    if status is Status.PRESENT:
        points = len(unknowns)
        return f"present, {points} point{'s' * (points != 1)} unconfirmed" if points else "in place"
    if status is Status.UNKNOWN and unknowns:
        hidden = [f for f in unknowns if f.reach is not Reach.API] or unknowns
        return hidden[0].message
    if not faults:
        return unknowns[0].message if unknowns else "nothing of it was found"
    requirements = [f for f in faults if f.requirement] or faults
    worst = requirements[0]
    lacking = worst.environments or tuple(
        name for name, s in statuses.items() if name and s in {Status.ABSENT, Status.PARTIAL}
    )
    where = f" ({', '.join(lacking)})" if lacking and len(lacking) < len(statuses) else ""
    more = len(faults) - 1
    return f"{worst.message}{where}" + (f"; {more} more" if more else "")


def reconcluded(verdict: Verdict, findings: Iterable[Finding]) -> Verdict:
    """The verdict that other findings (some of them waived) give for the same environments."""
    names = [name for name, _ in verdict.by_environment]
    needed = [n for n, status in verdict.by_environment if status is not Status.NOT_APPLICABLE]
    return conclude(verdict.practice, _in_order(list(findings)), names, needed)


def _findings(
    rules: Rules, site: Site[object], needed: list[str], mishaps: Mishaps
) -> list[Finding]:
    found: list[Finding] = []
    for check in rules.checks:
        seen: set[Observation] = set()
        for observation in _looked(check, site, mishaps):
            kept = _within(observation, needed, len(site.environments))
            if kept is not None and kept not in seen:
                seen.add(kept)
                found.append(_finding(check, kept))
    return found


def _looked(check: Check[object], site: Site[object], mishaps: Mishaps) -> Iterator[Observation]:
    try:
        yield from check.look(site)
    except Exception as error:  # noqa: BLE001 (one broken check must leave the others standing)
        yield mishaps.unknown(check.rule, error)


def _unconfirmed(rules: Rules, site: Site[object]) -> Iterator[Finding]:
    """Facts that only a live system can show: listed with the credential that would."""
    silent = _silent(f"{rules.practice.id}/unconfirmed")
    for key in rules.practice.needs:
        fact = site.facts.get(key)
        if isinstance(fact, Missing):
            # Offline the credential says it all; after a look the reason is worth telling.
            why = f": {fact.reason}" if key.name in site.facts.entries else ""
            message = f"cannot see {key.shows}{why}"
            yield _finding(silent, unknown(message, reach=Reach.API, credential=key.credential))
            continue
        for one in fact.value if isinstance(fact.value, tuple) else ():
            if isinstance(one, Hosted) and one.reason:
                message = f"cannot see {key.shows} of {one.slug or one.root}: {one.reason}"
                yield _finding(silent, unknown(message, reach=Reach.API, credential=key.credential))


def _unread(rules: Rules, site: Site[object]) -> Iterator[Finding]:
    """Files that the practice stands on and that could not be understood."""
    for kind, trouble in site.repo.lost():
        if kind in rules.practice.reads:
            seen = unknown(
                f"{trouble.place.path} could not be read: {trouble.message}",
                reach=Reach.BROKEN,
                credential="a file that parses",
                place=trouble.place,
            )
            yield _finding(_silent(f"{rules.practice.id}/unread"), seen)


def _possibly_there(rules: Rules, site: Site[object]) -> list[Finding]:
    """What could not be read of the kinds of file whose name alone says what they hold.

    A pipeline that cannot be parsed is no proof that there is no pipeline.
    """
    named = {kind for kind in rules.practice.reads if kind in {"workflows", "terraform"}}
    lost = {trouble.place for kind, trouble in site.repo.lost() if kind in named}
    return [finding for finding in _unread(rules, site) if finding.place in lost]


def _silent(rule: str) -> Check[object]:
    return Check(
        rule,
        Severity.INFO,
        Confidence.HIGH,
        requirement=False,
        fix="manual",
        since="0.1",
        look=lambda _: iter(()),
    )


def _within(observation: Observation, needed: list[str], known: int) -> Observation | None:
    # A fault about an environment that does not need the practice is no fault.
    if not observation.environments or not known:
        return replace(observation, environments=()) if not known else observation
    kept = tuple(e for e in observation.environments if e in needed)
    if not kept:
        return None
    return (
        observation if kept == observation.environments else replace(observation, environments=kept)
    )


def _finding(check: Check[object], seen: Observation) -> Finding:
    return Finding(
        rule=check.rule,
        outcome=seen.outcome,
        severity=check.severity if seen.severity is None else seen.severity,
        confidence=check.confidence if seen.confidence is None else seen.confidence,
        message=discreet(seen.message),
        place=seen.place,
        environments=seen.environments,
        requirement=check.requirement,
        fix=check.fix,
        reach=seen.reach,
        credential=seen.credential,
        related=seen.related,
    )


def _fingerprinted(findings: list[Finding]) -> list[Finding]:
    # Line and column stay out, so that a finding keeps its identity when lines move; equal ones in
    # one file are told apart by their order.
    seen: Counter[str] = Counter()
    marked: list[Finding] = []
    for finding in findings:
        place = f"{finding.place.repository}\0{finding.place.path}" if finding.place else ""
        key = f"{finding.rule}\0{finding.outcome}\0{place}\0{finding.message}"
        digest = hashlib.sha256(
            f"{key}\0{seen[key]}".encode("utf-8", "surrogateescape")
        ).hexdigest()[:16]
        seen[key] += 1
        marked.append(replace(finding, fingerprint=digest))
    return marked


_ORDER = {Outcome.FAULT: 0, Outcome.UNKNOWN: 1, Outcome.MET: 2, Outcome.NOT_APPLICABLE: 3}


def _in_order(findings: list[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda f: (_ORDER[f.outcome], -f.severity)))
