"""What the files show of the way back: who takes it, to which version, and who is told."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.delivery.delivered import is_delivery
from seatrial.kit.delivery.pipelines import elsewhere, hinted_systems, remote_jobs
from seatrial.kit.delivery.progressive import deliveries
from seatrial.kit.delivery.releases import Kind, Release, deployments, releases
from seatrial.kit.delivery.targets import targets_of
from seatrial.kit.delivery.verification import versioned
from seatrial.kit.platform.installs import installed
from seatrial.kit.platform.live import live_manifests
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault, met
from seatrial.model.practice import check
from seatrial.practices.rollback.floating import overwritten_tag
from seatrial.practices.rollback.left_standing import left_standing, unversioned_function
from seatrial.practices.rollback.returns import Return, returns
from seatrial.practices.rollback.settings import Settings
from seatrial.practices.rollback.starting import migrates_at_start
from seatrial.practices.rollback.telling import (
    deadline,
    migration_check,
    migrations,
    tells_by_controller,
    tells_failure,
)
from seatrial.practices.rollback.traps import (
    any_ancestor,
    archived_action,
    failures_tolerated,
    mutable_tag,
    no_revision,
    undefined_variable,
    undone_by_self_heal,
)
from seatrial.repo.kubernetes.manifests import Manifest

__all__ = [
    "any_ancestor",
    "archived_action",
    "failures_tolerated",
    "left_standing",
    "migrates_at_start",
    "mutable_tag",
    "needed_in",
    "no_deadline",
    "no_revision",
    "no_way_back",
    "nobody_told",
    "not_applicable",
    "overwritten_tag",
    "previous_revision",
    "schema",
    "undefined_variable",
    "undone_by_self_heal",
    "unversioned_function",
]

_CONTROLLED = frozenset({"Rollout", "Canary"})


def not_applicable(site: Site[Settings]) -> str:
    """Nothing is released, so nothing has to come back."""
    if releases(site) or site.repo.ci_systems or list(remote_jobs(site)) or returns(site):
        return ""
    if any(True for _ in _controlled(site)) or hinted_systems(site):
        return ""
    return "nothing in these repositories releases or deploys anything"


def needed_in(site: Site[Settings], environment: str) -> bool:
    """The tiers of the settings; where there is none of them, every environment there is."""
    required = site.settings.required_in
    meant = {e.name for e in site.environments if e.tier in required or e.name in required}
    return not environment or not meant or environment in meant


def _controlled(site: Site[Settings]) -> Iterator[Manifest]:
    for manifest in live_manifests(site):
        moved = manifest.kind in _CONTROLLED and manifest.group in {"argoproj.io", "flagger.app"}
        if moved or is_delivery(manifest):
            yield manifest


@check("rollback/no-way-back", severity=Severity.HIGH, requirement=True)
def no_way_back(site: Site[Settings]) -> Iterator[Observation]:
    """A version that fails stays until a person notices.

    Why: every minute of a bad release is an outage, and people need many minutes at night.
    Fix: `seatrial apply rollback` lets the deploying job verify and return by itself.
    """
    found = returns(site)
    for one in found:
        kind = "" if one.automatic else "by hand: "
        yield met(one.place, kind + one.how, environments=one.environments)
    if not any(one.automatic for one in found):
        yield from _nothing(site, found)
    yield from elsewhere(site, "a way back")


def _nothing(site: Site[Settings], found: tuple[Return, ...]) -> Iterator[Observation]:
    release = _main_release(site)
    if found:
        yield fault(found[0].place, "only a person can bring the last version back")
    elif release:
        acts, job = release.acts, release.job
        verb = "deploys" if release.deploys else "publishes"
        yield fault(
            next((a.place for a in acts if a.kind != "publish"), acts[0].place),
            f"job {job.id} {verb}, and nothing brings the last version back when it fails",
            environments=targets_of(site, release),
        )
    else:
        for manifest in _controlled(site):
            name = f"{manifest.kind}/{manifest.name}"
            yield fault(
                manifest.place("spec"),
                f"{name} delivers, and nothing brings the last version back when it fails",
            )
            return


def _main_release(site: Site[Settings]) -> Release | None:
    """The release that hurts most: one that reaches production, else one that deploys, else any."""
    published = () if site.repo.ci_systems else releases(site)
    provisioned = tuple(r for r in deployments(site) if Kind.PROVISION in r.kinds)
    candidates = versioned(site) or provisioned or published
    production = set(site.production)
    hits = [r for r in candidates if production & set(targets_of(site, r))]
    return next(iter((*hits, *candidates)), None)


@check("rollback/previous-revision", severity=Severity.MEDIUM, requirement=True)
def previous_revision(site: Site[Settings]) -> Iterator[Observation]:
    """The way back leads to the revision before, verified or not.

    Why: after two bad releases in a row the revision before is a bad one too.
    Fix: record which version passed its verification, and return to that (`seatrial deploy` does).
    """
    found = [one for one in returns(site) if one.automatic]
    for one in found:
        if one.verified:
            yield met(one.place, "the way back names the version that it goes to")
    if found and not any(one.verified for one in found):
        first = found[0]
        yield fault(
            first.place,
            "the way back leads to the revision before, whether that one was verified or not",
            environments=first.environments,
        )


@check("rollback/nobody-told", severity=Severity.MEDIUM, requirement=True)
def nobody_told(site: Site[Settings]) -> Iterator[Observation]:
    """Nobody is told that a release failed or was taken back.

    Why: a version that quietly went away is released again the next day.
    Fix: send a message when the deploying job fails, whatever came of the way back.
    """
    # A pipeline that is not read here may well tell people.
    if not returns(site) or (site.repo.ci_systems and not versioned(site)):
        return
    place = tells_by_controller(site)
    for release in versioned(site):
        place = place or tells_failure(site, release)
    if place:
        yield met(place, "people are told when a release fails")
    else:
        yield _untold(site)


def _untold(site: Site[Settings]) -> Observation:
    """The fault stands where one would mend it: at the install of the controller, if any."""
    controllers = {d.tool.lower().replace(" ", "-") for d in deliveries(site)}
    for install in installed(site, *sorted(controllers)):
        message = f"nobody is told when {install.chart} takes a release back"
        return fault(install.place, message, related=(returns(site)[0].place,))
    return fault(returns(site)[0].place, "nobody is told when a release fails or goes back")


@check("rollback/no-deadline", severity=Severity.LOW, requirement=True)
def no_deadline(site: Site[Settings]) -> Iterator[Observation]:
    """Nothing says how long a release may take before it counts as failed.

    Why: without a limit a hanging release never fails, so it never goes back.
    Fix: give the deploying command a `--timeout`, or the job `timeout-minutes`.
    """
    found = returns(site)
    if not found:
        return
    for release in versioned(site):
        place = deadline(release)
        if place:
            yield met(place, f"job {release.job.id} has a time limit")
        else:
            yield fault(
                release.place,
                f"job {release.job.id} deploys without a time limit",
                environments=targets_of(site, release),
            )


@check("rollback/schema", severity=Severity.MEDIUM, requirement=True)
def schema(site: Site[Settings]) -> Iterator[Observation]:
    """Nothing keeps a schema change from making the way back impossible.

    Why: the old version on the new schema fails, so the way back is a second outage.
    Fix: lint migrations (squawk, strong_migrations, django-migration-linter) on pull requests.
    """
    found = migrations(site)
    if not found or not returns(site):
        return
    place = migration_check(site)
    if place:
        yield met(place, "migrations are checked for what the old version cannot run on")
    else:
        yield fault(found[0], "nothing checks that the old version still runs after this migration")
