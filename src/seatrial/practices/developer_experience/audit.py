"""How long it takes from an idea to seeing it run, alone and with others."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.delivery.pipelines import elsewhere
from seatrial.kit.serving import runs_for_somebody
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault, met
from seatrial.model.practice import check
from seatrial.practices.developer_experience.devcontainers import containers, missing
from seatrial.practices.developer_experience.places import pull_place
from seatrial.practices.developer_experience.previews import endings, preview_sets, previews
from seatrial.practices.developer_experience.running import live_reload, one_command
from seatrial.practices.developer_experience.selfservice import self_service, unguarded_deploy
from seatrial.practices.developer_experience.settings import Settings
from seatrial.practices.developer_experience.sources import has_code
from seatrial.practices.developer_experience.starts import starts

__all__ = ["live_reload", "not_applicable", "one_command", "self_service", "unguarded_deploy"]

_SHOWN = 3


def not_applicable(site: Site[Settings]) -> str:
    """Nothing that somebody runs or develops: a module for others, without code of its own."""
    if has_code(site) or runs_for_somebody(site):
        return ""
    return "no application code of its own, so there is nothing to run and reload"


@check("developer-experience/preview", severity=Severity.MEDIUM, requirement=True)
def preview(site: Site[Settings]) -> Iterator[Observation]:
    """A pull request gets no preview.

    Why: reviewers read a change that they cannot see; the first to try it are the users of staging.
    Fix: `seatrial apply developer-experience` writes an ApplicationSet with the pull-request
    generator, its project, quota and end.
    """
    if not site.settings.previews or not runs_for_somebody(site):
        return
    found = previews(site)
    for one in found[:_SHOWN]:
        yield met(one.place, f"{one.what} {one.told}")
    if found:
        return
    if site.repo.ci_systems and starts(site):
        yield from elsewhere(site, "previews of pull requests")
    else:
        yield fault(pull_place(site), "a pull request gets no preview")


@check("developer-experience/preview-without-end", severity=Severity.HIGH)
def preview_without_end(site: Site[Settings]) -> Iterator[Observation]:
    """Nothing removes a preview when its pull request is closed.

    Why: every pull request leaves a namespace, a database and a load balancer behind, and the bill
    grows until the quota ends it for everybody.
    Fix: a job on `pull_request: types: [closed]` that removes it, and a schedule that removes what
    is older than a few days.
    """
    for one in previews(site):
        if not one.ended:
            yield fault(
                one.place, f"{one.what} makes a preview that nothing removes when it is closed"
            )


@check("developer-experience/preview-namespace-stays", severity=Severity.MEDIUM)
def preview_namespace_stays(site: Site[Settings]) -> Iterator[Observation]:
    """A preview's namespace stays when the preview goes.

    Why: `CreateNamespace=true` makes a namespace that Argo CD does not own: it is never pruned, and
    with it stay quotas, secrets and volumes.
    Fix: make the namespace an object of the chart, or set `managedNamespaceMetadata` and let a
    scheduled job remove what is left.
    """
    if any(True for _ in endings(site)):
        return
    for one in preview_sets(site):
        managed = one.spec.at("syncPolicy", "managedNamespaceMetadata")
        for index, option in enumerate(one.options):
            if option == "CreateNamespace=true" and not managed:
                yield fault(
                    one.at(*one.steps, "syncPolicy", "syncOptions", index),
                    f"{one.label} creates a namespace for every pull request that nobody removes",
                )


@check("developer-experience/missing-file", severity=Severity.HIGH, fix="manual")
def missing_file(site: Site[Settings]) -> Iterator[Observation]:
    """A dev container names a file that is not there.

    Why: it fails while it is made, on the first day of whoever joins.
    Fix: name the file as it is called now.
    """
    for container in containers(site):
        for lost in missing(container):
            yield fault(lost.place, f"{lost.what} needs {lost.path}: there is no such file")
