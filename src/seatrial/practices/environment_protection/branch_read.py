"""What GitHub really asks before a merge into the branch that releases, read live."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.delivery.hosted import hosted
from seatrial.kit.grouping import named
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Reach, Severity, fault, met, unknown
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.model.struct import struct
from seatrial.practices.environment_protection.bound import guarded
from seatrial.practices.environment_protection.settings import Settings
from seatrial.systems.github.branch_facts import BranchGuard, Rules
from seatrial.systems.github.facts import RULESETS


@struct
class Guarded:
    """The default branch of a repository that releases to an environment worth protecting."""

    root: str
    slug: str
    branch: str
    guard: BranchGuard
    place: Place


def _read(site: Site[Settings]) -> Iterator[Guarded]:
    known = hosted(site, RULESETS, Rules)
    seen: set[str] = set()
    for one in guarded(site) if known else ():
        if one.root in known and one.root not in seen:
            seen.add(one.root)
            slug, rules = known[one.root]
            yield Guarded(one.root, slug, rules.branch, rules.guard, one.place)


@check("environment-protection/unreviewed-merge", severity=Severity.HIGH, requirement=True)
def unreviewed_merge(site: Site[Settings]) -> Iterator[Observation]:
    """A change reaches the branch that releases with too few approvals.

    Why: an environment is released by one approval however many reviewers are listed; that two
    people saw the change is something only the branch can ask for.
    Fix: `seatrial apply environment-protection` adds a ruleset.
    """
    for one in _read(site):
        wanted, guard = site.settings.approvals, one.guard
        if not guard.asks_pull_request:
            yield fault(one.place, f"{one.slug}: {one.branch} takes pushes without a pull request")
        elif guard.approvals < wanted:
            count = f"{guard.approvals} approval{'s' * (guard.approvals != 1)}, {wanted} asked for"
            yield fault(one.place, f"{one.slug}: {one.branch} takes pull requests with {count}")
        else:
            yield met(one.place, f"{one.slug}: {one.branch} asks for {guard.approvals} approvals")


@check("environment-protection/last-push-unreviewed", severity=Severity.MEDIUM, requirement=True)
def last_push_unreviewed(site: Site[Settings]) -> Iterator[Observation]:
    """A push after the approval is merged unseen.

    Why: who has two approvals can add what they like before the merge.
    Fix: the ruleset asks for an approval of the last push; `seatrial apply` sets it.
    """
    for one in _read(site):
        if one.guard.asks_pull_request and not (one.guard.last_push or one.guard.dismisses):
            yield fault(
                one.place, f"{one.slug}: {one.branch} merges pushes made after the approval"
            )


@check("environment-protection/no-required-check", severity=Severity.HIGH, requirement=True)
def no_required_check(site: Site[Settings]) -> Iterator[Observation]:
    """No check has to pass before a merge.

    Why: tests and scans then only inform; a red one merges and releases.
    Fix: name `required_checks` in `seatrial.yaml` and run `seatrial apply environment-protection`.
    """
    for one in _read(site):
        asked = site.settings.required_checks.get(one.root, ())
        missing = [c for c in asked if c not in one.guard.checks]
        if not one.guard.checks:
            yield fault(one.place, f"{one.slug}: {one.branch} merges whatever the checks say")
        elif missing:
            yield fault(one.place, f"{one.slug}: {one.branch} does not wait for {named(missing)}")


@check("environment-protection/force-push", severity=Severity.HIGH, requirement=True)
def force_push(site: Site[Settings]) -> Iterator[Observation]:
    """The branch that releases can be overwritten.

    Why: a force push replaces what was reviewed, and leaves no trace in the branch.
    Fix: `seatrial apply environment-protection` forbids it.
    """
    for one in _read(site):
        if not one.guard.no_force_push:
            yield fault(one.place, f"{one.slug}: {one.branch} takes force pushes")


@check("environment-protection/branch-bypass", severity=Severity.MEDIUM, fix="manual")
def branch_bypass(site: Site[Settings]) -> Iterator[Observation]:
    """Somebody may step over the rules of the branch that releases.

    Why: whoever is on the list merges without review.
    Fix: take people and roles off the list; a pipeline that commits needs a deploy key or an app.
    """
    for one in _read(site):
        if not one.guard.asks_pull_request:
            continue
        if one.guard.bypass is None:
            yield unknown(
                f"cannot see who may step over the rules of {one.slug}: {one.branch}",
                reach=Reach.API,
                credential="GITHUB_TOKEN with administration:write on the repository",
                place=one.place,
            )
        people = [b for b in one.guard.bypass or () if not b.endswith("DeployKey")]
        if people or (one.guard.bypass and not site.settings.deploy_keys_push):
            who = named(one.guard.bypass or ())
            yield fault(one.place, f"{one.slug}: the rules of {one.branch} can be passed ({who})")
