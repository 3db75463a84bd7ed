"""Plan of practice 10.

Each job that deploys a chart to a tier that needs it gets a limit, runs alone for its environment,
and after a failed verification runs `.github/scripts/rollback.sh`. That brings back the version
that was in place when GitHub recorded the last successful deployment: by Helm where the job reaches
the cluster, by a commit where Argo CD delivers. A message goes out in any case. Helm upgrades in
scripts and Terraform, ECS services and Flux releases take failed releases back themselves, and
`migrations.yaml` refuses schema changes that the version before cannot run on.
"""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.planning.remains import remains
from seatrial.kit.site import Site
from seatrial.model.change import Generate, Wish
from seatrial.practices.rollback import audit
from seatrial.practices.rollback.jobs import job_edits
from seatrial.practices.rollback.messages import messages
from seatrial.practices.rollback.migrationlint import migration_lint
from seatrial.practices.rollback.settings import Settings
from seatrial.practices.rollback.standing import standing


def plan(site: Site[Settings]) -> Iterator[Wish]:
    """What is missing until a bad version does not stay."""
    jobs = list(job_edits(site))
    yield from jobs
    if not any(isinstance(wish, Generate) for wish in jobs):
        yield from remains(site, audit.no_way_back, audit.previous_revision, audit.nobody_told)
    yield from messages(site)
    yield from standing(site)
    yield from migration_lint(site)
    yield from remains(
        site,
        audit.any_ancestor,
        audit.no_revision,
        audit.undefined_variable,
        audit.undone_by_self_heal,
        audit.migrates_at_start,
        audit.overwritten_tag,
        audit.mutable_tag,
        audit.unversioned_function,
    )
