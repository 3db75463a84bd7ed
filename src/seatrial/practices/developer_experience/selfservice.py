"""Deployments that people start themselves."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.delivery.pipelines import elsewhere
from seatrial.kit.delivery.releases import Kind, Release, deployments, releases
from seatrial.kit.delivery.ways import ways_to
from seatrial.kit.platform.gitops import deliveries
from seatrial.kit.serving import runs_for_somebody
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault, met
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.practices.developer_experience.places import pull_place
from seatrial.practices.developer_experience.settings import Settings
from seatrial.practices.developer_experience.starts import starts
from seatrial.repo.workflows import Trigger, Workflow


@check("developer-experience/self-service", severity=Severity.MEDIUM, requirement=True)
def self_service(site: Site[Settings]) -> Iterator[Observation]:
    """Nobody can start a deployment without asking somebody.

    Why: a ticket for a deployment makes releases rare and large.
    Fix: a workflow with `workflow_dispatch`, an `environment` input and a version, that calls the
    same job as every other deployment, so that the same protections hold.
    """
    if not runs_for_somebody(site):
        return
    pressed = list(buttons(site))
    told: set[Place] = set()
    for release, trigger in pressed:
        if trigger.place not in told:
            told.add(trigger.place)
            what = f"{release.job.workflow.file.name} lets people start job {release.job.id}"
            yield met(trigger.place, what)
    if pressed or _automatic(site) or not _deploys(site) or deliveries(site):
        # Where a controller follows git, a commit deploys.
        return
    if site.repo.ci_systems and starts(site):
        yield from elsewhere(site, "a deployment that people can start")
    else:
        found = deployments(site)
        place = found[0].place if found else pull_place(site)
        yield fault(place, "no workflow lets people start a deployment")


@check("developer-experience/unguarded-deploy", severity=Severity.MEDIUM)
def unguarded_deploy(site: Site[Settings]) -> Iterator[Observation]:
    """A deployment by button goes past the protections, or takes any word as its environment.

    Why: self-service is safe as long as the button ends at the same approvals as everything else; a
    free text sends a typing error to a cluster.
    Fix: `environment:` on the job, and `type: environment` or `choice` for the input.
    """
    open_jobs: dict[Workflow, list[Release]] = {}
    for release, _ in buttons(site):
        if not release.job.environment and not is_called_with_environment(site, release):
            open_jobs.setdefault(release.job.workflow, []).append(release)
        inputs = release.job.workflow.node.at("on", "workflow_dispatch", "inputs")
        for name, body in inputs.pairs():
            typed = body.at("type").text in {"choice", "environment", "boolean"}
            if name.lower() in {"env", "environment", "stage", "target"} and not typed:
                yield fault(
                    release.job.workflow.file.place(inputs.line_of(name)),
                    f"input {name} of {release.job.workflow.file.name} takes any text as the"
                    " environment",
                )
    for workflow, members in open_jobs.items():
        names = ", ".join(member.job.id for member in members)
        verb = "are" if len(members) > 1 else "is"
        yield fault(
            members[0].job.place,
            f"{names} in {workflow.file.name} {verb} started by a button and bound to no"
            " environment: nothing asks who may",
        )


def buttons(site: Site[Settings]) -> Iterator[tuple[Release, Trigger]]:
    """Yield the deployments that somebody can start by hand, each with what lets them."""
    for release in deployments(site):
        if release.kinds <= {Kind.PROVISION, Kind.PUBLISH}:
            continue
        for way in ways_to(site, release.job):
            own = way.workflow is release.job.workflow or bool(way.callers)
            if way.trigger.event == "workflow_dispatch" and own:
                yield release, way.trigger
                break


def is_called_with_environment(site: Site[Settings], release: Release) -> bool:
    """True when a caller of its reusable workflow hands over the environment."""
    callers = site.repo.callers(release.job.workflow)
    return any("environment" in caller.node.at("with").names() for caller in callers)


def _automatic(site: Site[Settings]) -> bool:
    """A merge deploys by itself: nobody has to ask either."""
    return any(
        way.trigger.event == "push" for r in deployments(site) for way in ways_to(site, r.job)
    )


def _deploys(site: Site[Settings]) -> bool:
    """False where images are only published for others to run."""
    published = any(Kind.PUBLISH in release.kinds for release in releases(site))
    return bool(deployments(site)) or bool(site.environments) or not published
