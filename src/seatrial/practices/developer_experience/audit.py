"""How long it takes from an idea to seeing it run, alone and with others."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.pipelines import elsewhere
from seatrial.kit.releases import Kind, Release, deployments, releases
from seatrial.kit.serving import runs_for_somebody
from seatrial.kit.site import Site
from seatrial.kit.ways import ways_to
from seatrial.model.finding import Observation, Severity, fault, met
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.practices.developer_experience.devcontainers import containers, missing
from seatrial.practices.developer_experience.previews import endings, preview_sets, previews
from seatrial.practices.developer_experience.settings import Settings
from seatrial.practices.developer_experience.sources import has_code, manifests
from seatrial.practices.developer_experience.starts import compose_without_code, starts
from seatrial.repo.workflows import Trigger, Workflow

_SHOWN = 3


def not_applicable(site: Site[Settings]) -> str:
    """Nothing that somebody develops: no code of the team's own."""
    if has_code(site):
        return ""
    return "no application code of its own, so there is nothing to run and reload"


@check("developer-experience/one-command", severity=Severity.MEDIUM, requirement=True)
def one_command(site: Site[Settings]) -> Iterator[Observation]:
    """No single command starts a running copy.

    Why: whoever joins spends days on a page of instructions that was right once, and nobody tries
    a change on the whole system before the pipeline does.
    Fix: `seatrial apply developer-experience` writes a Tiltfile, a compose file with `watch` and a
    dev container that start the application with its services.
    """
    found = starts(site)
    for start in found[:_SHOWN]:
        yield met(start.place, f"{start.what} gives a working copy")
    if not found:
        yield fault(_home(site), "no single command starts the application with its services")
    elif not any(start.complete for start in found):
        yield fault(
            found[0].place,
            f"{found[0].what} starts the application without the database or queue that it needs",
        )


@check("developer-experience/live-reload", severity=Severity.MEDIUM, requirement=True)
def live_reload(site: Site[Settings]) -> Iterator[Observation]:
    """A saved file is not seen in the running copy.

    Why: with a build between a save and its effect people save up changes and guess.
    Fix: mount the code or add `develop.watch` to the compose service, and start the server with
    its reloader.
    """
    found = [start for start in starts(site) if start.reloads]
    if found:
        yield met(found[0].place, f"{found[0].what} shows a saved file without a rebuild by hand")
    if any(start.complete for start in found):
        return
    seen = compose_without_code(site)
    if seen:
        compose, service = seen
        yield fault(
            service.place,
            f"{compose.file.path} neither mounts nor watches the code of {service.name}: a change"
            " shows only after a rebuild",
        )
    elif not found:
        others = starts(site)
        place = others[0].place if others else _home(site)
        how = f"{others[0].what} does not reload" if others else "nothing reloads"
        yield fault(place, f"{how} when a file is saved")


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
        yield fault(_pull_place(site), "a pull request gets no preview")


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


@check("developer-experience/self-service", severity=Severity.MEDIUM, requirement=True)
def self_service(site: Site[Settings]) -> Iterator[Observation]:
    """Nobody can start a deployment without asking somebody.

    Why: a ticket for a deployment makes releases rare and large.
    Fix: a workflow with `workflow_dispatch`, an `environment` input and a version, that calls the
    same job as every other deployment, so that the same protections hold.
    """
    if not runs_for_somebody(site):
        return
    buttons = list(_buttons(site))
    told: set[Place] = set()
    for release, trigger in buttons:
        if trigger.place not in told:
            told.add(trigger.place)
            what = f"{release.job.workflow.file.name} lets people start job {release.job.id}"
            yield met(trigger.place, what)
    if buttons or _automatic(site) or not _deploys(site):
        return
    if site.repo.ci_systems and starts(site):
        yield from elsewhere(site, "a deployment that people can start")
    else:
        found = deployments(site)
        place = found[0].place if found else _pull_place(site)
        yield fault(place, "no workflow lets people start a deployment")


@check("developer-experience/unguarded-deploy", severity=Severity.MEDIUM)
def unguarded_deploy(site: Site[Settings]) -> Iterator[Observation]:
    """A deployment by button goes past the protections, or takes any word as its environment.

    Why: self-service is safe as long as the button ends at the same approvals as everything else; a
    free text sends a typing error to a cluster.
    Fix: `environment:` on the job, and `type: environment` or `choice` for the input.
    """
    open_jobs: dict[Workflow, list[Release]] = {}
    for release, _ in _buttons(site):
        if not release.job.environment and not _called_with_environment(site, release):
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


@check("developer-experience/missing-file", severity=Severity.HIGH, fix="manual")
def missing_file(site: Site[Settings]) -> Iterator[Observation]:
    """A dev container names a file that is not there.

    Why: it fails while it is made, on the first day of whoever joins.
    Fix: name the file as it is called now.
    """
    for container in containers(site):
        for lost in missing(container):
            yield fault(lost.place, f"{lost.what} needs {lost.path}: there is no such file")


def _buttons(site: Site[Settings]) -> Iterator[tuple[Release, Trigger]]:
    for release in deployments(site):
        if release.kinds <= {Kind.PROVISION, Kind.PUBLISH}:
            continue
        for way in ways_to(site, release.job):
            own = way.workflow is release.job.workflow or bool(way.callers)
            if way.trigger.event == "workflow_dispatch" and own:
                yield release, way.trigger
                break


def _called_with_environment(site: Site[Settings], release: Release) -> bool:
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


def _home(site: Site[Settings]) -> Place:
    for compose in site.repo.compose:
        return compose.file.place()
    found = manifests(site)
    if found:
        return found[0].place()
    for dockerfile in site.repo.dockerfiles:
        return dockerfile.file.place()
    return Place(site.repo.roots[0].name, "README.md", 1, 1)


def _pull_place(site: Site[Settings]) -> Place:
    for workflow in site.repo.workflows:
        trigger = workflow.trigger("pull_request")
        if trigger:
            return trigger.place
    for workflow in site.repo.workflows:
        return workflow.place
    return _home(site)
