"""Who brings what is in git to the environments, and whether that is all that happens there."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.delivery.releases import deployments
from seatrial.kit.platform.gitops import ARGO, FLUX, Delivery, all_deliveries, deliveries
from seatrial.kit.platform.gitops_files import read_by_deliveries
from seatrial.kit.serving import runs_for_somebody
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault, met
from seatrial.model.practice import check
from seatrial.practices.gitops.evidence import hidden, installed_controller, where_to_mend
from seatrial.practices.gitops.grouping import Said, faults, mets
from seatrial.practices.gitops.images import foreign_tag, mutable_image, version_outside_git
from seatrial.practices.gitops.loops import self_trigger
from seatrial.practices.gitops.objects import (
    default_project,
    prune_with_state,
    stateful,
    values_file_missing,
    wildcard_project,
)
from seatrial.practices.gitops.promotion import direct_promotion, parameter_override
from seatrial.practices.gitops.pushes import cluster_pushes, is_apart, pushes
from seatrial.practices.gitops.reviewed import unreviewed_branch
from seatrial.practices.gitops.revisions import floating_revision
from seatrial.practices.gitops.settings import Settings
from seatrial.practices.gitops.tiers import no_promotion
from seatrial.practices.gitops.writes import (
    regex_tag_edit,
    two_files_one_environment,
    values_file_mismatch,
)

__all__ = [
    "default_project",
    "direct_promotion",
    "floating_revision",
    "foreign_tag",
    "mutable_image",
    "no_promotion",
    "not_applicable",
    "parameter_override",
    "prune_with_state",
    "regex_tag_edit",
    "self_trigger",
    "two_files_one_environment",
    "unreviewed_branch",
    "values_file_mismatch",
    "values_file_missing",
    "version_outside_git",
    "wildcard_project",
]

_SHOWN = 4


def not_applicable(site: Site[Settings]) -> str:
    """Nothing is brought anywhere: a library, a module or a tool."""
    if all_deliveries(site) or deployments(site):
        return ""
    if runs_for_somebody(site):
        return ""
    return "nothing of these repositories is deployed anywhere"


@check("gitops/pull-delivery", severity=Severity.HIGH, requirement=True)
def pull_delivery(site: Site[Settings]) -> Iterator[Observation]:
    """No controller takes an environment from git.

    Why: what a pipeline pushes is compared with git once; from then on nobody notices that they
    part, and every pipeline needs the keys of the cluster.
    Fix: `seatrial apply gitops` writes one Application and AppProject per environment.
    """
    found = deliveries(site)
    if found:
        yield from _delivered(site, found)
        return
    unknowns = list(hidden(site))
    if unknowns:
        yield from unknowns
    else:
        place, what = where_to_mend(site)
        yield fault(place, what)


def _delivered(site: Site[Settings], found: tuple[Delivery, ...]) -> Iterator[Observation]:
    groups: dict[tuple[str, tuple[str, ...]], list[Delivery]] = {}
    for one in found:
        groups.setdefault((one.tool, one.environments), []).append(one)
    for (tool, environments), members in groups.items():
        first = members[0]
        more = f" and {len(members) - 1} more" if len(members) > 1 else ""
        yield met(
            first.place,
            f"{tool} delivers from git: {first.label}{more}",
            environments=environments,
        )
    covered = {e for one in found for e in one.environments}
    if not all(one.environments for one in found):
        return
    for environment in site.environments:
        if environment.name not in covered and environment.places:
            yield fault(
                environment.places[0],
                f"no controller delivers {environment.name} from git, as it does"
                f" {', '.join(sorted(covered))}",
                environments=(environment.name,),
            )


@check("gitops/automated-sync", severity=Severity.MEDIUM, requirement=True)
def automated_sync(site: Site[Settings]) -> Iterator[Observation]:
    """A delivery waits for a person, or leaves changes by hand as they are.

    Why: without automated sync git is a wish, without self-heal a change by hand stays, and without
    prune what was deleted in git goes on running.
    Fix: `syncPolicy.automated` with `selfHeal: true`, and `prune: true` where no data can be lost;
    Flux: `prune: true` and no `suspend`.
    """
    bad: list[Said] = []
    good: list[Said] = []
    for one in all_deliveries(site):
        if one.is_preview or not one.spec:
            continue
        lacks = list(_lacks(site, one))
        steps = (*one.steps, "syncPolicy") if one.tool == ARGO else one.steps
        if lacks:
            bad.append((one, one.at(*steps), " and ".join(lacks)))
        else:
            good.append((one, one.at(*steps), "syncs by itself and undoes changes by hand"))
    yield from faults(bad)
    yield from mets(good)


def _lacks(site: Site[Settings], one: Delivery) -> Iterator[str]:
    if one.is_suspended:
        yield "is suspended: nothing of it arrives"
        return
    if not one.is_automatic:
        yield "syncs only when somebody presses a button"
        return
    if not one.heals:
        yield "leaves changes by hand as they are (no selfHeal)"
    if not one.prunes and not stateful(site, one):
        yield "never deletes what git no longer holds (no prune)"


@check("gitops/push-beside-pull", severity=Severity.HIGH, fix="manual")
def push_beside_pull(site: Site[Settings]) -> Iterator[Observation]:
    """A pipeline changes a cluster that a controller delivers.

    Why: two writers undo each other: the controller puts back what git says, or the cluster runs
    what no commit names.
    Fix: let the pipeline change the file in git and leave the cluster to the controller.
    """
    found = deliveries(site)
    if not found:
        return
    covered = {e for one in found for e in one.environments}
    everywhere = not all(one.environments for one in found)
    read = read_by_deliveries(site)
    for push in cluster_pushes(site):
        if is_apart(push, read):
            continue
        hit = [e for e in push.environments if everywhere or e in covered]
        if hit or not push.environments:
            yield fault(
                push.place,
                f"{push.who} changes the cluster itself ({push.what}) beside {found[0].tool}",
                environments=tuple(hit),
            )


@check("gitops/installed-unused", severity=Severity.HIGH)
def installed_unused(site: Site[Settings]) -> Iterator[Observation]:
    """A GitOps controller is installed and nothing tells it what to deliver.

    Why: it costs memory, holds wide permissions and delivers nothing, while people
    believe that git rules.
    Fix: `seatrial apply gitops` writes the Applications; or take the controller out.
    """
    if all_deliveries(site) or list(hidden(site)):
        return
    seen = installed_controller(site)
    if seen:
        tool, place = seen
        noun = "Kustomization or HelmRelease" if tool == FLUX else "Application"
        others = [p.place for p in pushes(site)[:_SHOWN]]
        how = ": the pipelines push past it" if others else ""
        yield fault(
            place,
            f"{tool} is installed and no {noun} tells it what to deliver{how}",
            related=tuple(others),
        )
