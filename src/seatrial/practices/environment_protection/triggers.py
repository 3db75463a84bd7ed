"""What starts a deployment: any branch, a pull request, a workflow that failed."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.delivery.paths import Route, routes
from seatrial.kit.delivery.targets import targets_of
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault
from seatrial.model.practice import check
from seatrial.practices.environment_protection.settings import Settings
from seatrial.repo.expressions import fold


@check("environment-protection/any-branch", severity=Severity.HIGH)
def any_branch(site: Site[Settings]) -> Iterator[Observation]:
    """A push to any branch, or a pull request, reaches a deployment.

    Why: what is deployed then never went through a review.
    Fix: limit the trigger to the branch that deploys; `apply` also sets the environment's branches.
    """
    for route in routes(site):
        if route.environment or not route.release.deploys:
            continue
        if route.trigger.event in {"pull_request", "pull_request_target"} and not _preview(route):
            yield fault(
                route.release.job.place,
                f"{route.trigger.event} starts job {route.release.job.id}, which deploys",
                environments=targets_of(site, route.release),
                related=(route.trigger.place,),
            )
        elif _open_push(route):
            yield fault(
                route.trigger.place,
                f"a push to any branch starts job {route.release.job.id}, which deploys",
                environments=targets_of(site, route.release),
                related=(route.release.job.place,),
            )


@check("environment-protection/chain-unchecked", severity=Severity.HIGH, fix="apply")
def chain_unchecked(site: Site[Settings]) -> Iterator[Observation]:
    """A deployment follows another workflow without asking whether that one succeeded.

    Why: `workflow_run` starts on completion, so a failed build or a red test releases as well.
    Fix: `if: github.event.workflow_run.conclusion == 'success'` on the first job.
    """
    seen: set[str] = set()
    for route in routes(site):
        job = route.release.job
        key = f"{job.workflow.file.path}:{job.id}"
        if route.unchecked_chain and route.release.deploys and key not in seen:
            seen.add(key)
            trigger = job.workflow.trigger("workflow_run")
            yield fault(
                trigger.place if trigger else job.place,
                f"job {job.id} deploys after another workflow, whether that one succeeded or not",
                environments=targets_of(site, route.release),
            )


def _preview(route: Route) -> bool:
    # A preview environment per pull request is wanted; it says so in its name or namespace.
    words = " ".join(
        (route.release.job.id, route.workflow.name, *(a.what for a in route.release.acts))
    )
    return any(w in words.lower() for w in ("preview", "review", "pr-", "ephemeral", "uat"))


def _open_push(route: Route) -> bool:
    trigger, job = route.trigger, route.release.job
    if trigger.event != "push" or trigger.branches or trigger.tags_only:
        return False
    feature = {
        "github.event_name": "push",
        "github.ref": "refs/heads/any-feature",
        "github.ref_name": "any-feature",
        "github.ref_type": "branch",
    }
    steps = [act.step.condition for act in route.release.acts if act.step]
    return fold(job.condition, feature) is not False and any(
        fold(condition, feature) is not False for condition in steps
    )
