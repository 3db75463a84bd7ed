"""Whether what the controller takes was reviewed: the rules of the branch, read live."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.delivery.hosted import hosted
from seatrial.kit.platform.gitops import deliveries
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault
from seatrial.model.practice import check
from seatrial.practices.gitops.settings import Settings
from seatrial.systems.github.branch_facts import Rules
from seatrial.systems.github.facts import RULESETS


@check("gitops/unreviewed-branch", severity=Severity.MEDIUM)
def unreviewed_branch(site: Site[Settings]) -> Iterator[Observation]:
    """The branch that the controller follows takes changes without a pull request.

    Why: with a controller the merge is the release; a push then goes to production unseen.
    Fix: `seatrial apply environment-protection` adds a ruleset.
    """
    for root, (slug, seen) in hosted(site, RULESETS, Rules).items():
        found = [d.place for d in deliveries(site) if d.place.repository == root]
        if found and not seen.guard.asks_pull_request:
            message = f"{slug}: {seen.branch} takes pushes, and the controller delivers them"
            yield fault(found[0], message)
