"""What the files show of environment protection: which releases are bound to an environment."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.delivery.pipelines import elsewhere, hinted_systems, remote_jobs
from seatrial.kit.delivery.releases import Kind, Release, releases
from seatrial.kit.delivery.targets import targets_of
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault, met
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.practices.environment_protection.branch_read import (
    branch_bypass,
    force_push,
    last_push_unreviewed,
    no_required_check,
    unreviewed_merge,
)
from seatrial.practices.environment_protection.declared import (
    approval_elsewhere,
    settings_as_code,
)
from seatrial.practices.environment_protection.merging import (
    approved_by_a_bot,
    nothing_promoted,
    pipeline_unowned,
    unbound_pages,
)
from seatrial.practices.environment_protection.rules_read import (
    admins_bypass,
    missing_environment,
    open_environment,
    secret_on_repository,
    self_review,
    short_wait,
    too_few_reviewers,
)
from seatrial.practices.environment_protection.secrets import callers_of, repository_secret
from seatrial.practices.environment_protection.settings import Settings
from seatrial.practices.environment_protection.triggers import any_branch, chain_unchecked
from seatrial.repo.environments import environment_of

__all__ = [
    "admins_bypass",
    "any_branch",
    "approval_elsewhere",
    "approved_by_a_bot",
    "branch_bypass",
    "chain_unchecked",
    "environment_from_pull_request",
    "force_push",
    "last_push_unreviewed",
    "missing_environment",
    "needed_in",
    "no_required_check",
    "not_applicable",
    "nothing_promoted",
    "open_environment",
    "pipeline_unowned",
    "repository_secret",
    "secret_on_repository",
    "self_review",
    "settings_as_code",
    "short_wait",
    "too_few_reviewers",
    "two_names",
    "unbound_pages",
    "unbound_release",
    "unreviewed_merge",
]

_PULL_REQUEST_WORDS = (
    "github.head_ref",
    "github.event.pull_request",
    "github.event.issue",
    "github.event.comment",
    "github.event.workflow_run.head_branch",
)


def not_applicable(site: Site[Settings]) -> str:
    """Nothing is released, so nothing has to be approved."""
    pipelines = releases(site) or site.repo.ci_systems or hinted_systems(site)
    if pipelines or list(remote_jobs(site)) or _pulled(site):
        return ""
    return "no pipeline of these repositories releases or deploys anything"


def needed_in(site: Site[Settings], environment: str) -> bool:
    """Dev is open on purpose."""
    tiers = {e.name: e.tier for e in site.environments}
    return not environment or tiers.get(environment, "other") in site.settings.required_in


@check("environment-protection/unbound-release", severity=Severity.HIGH, requirement=True)
def unbound_release(site: Site[Settings]) -> Iterator[Observation]:
    """A job releases without being bound to a GitHub environment.

    Why: approvals, branch rules and environment secrets only guard jobs that name an environment;
    a job without one deploys as soon as it is started, from any branch that starts it.
    Fix: `seatrial apply environment-protection` adds `environment:` to the job and protects it.
    """
    for release in releases(site):
        job, environments = release.job, targets_of(site, release)
        if job.environment:
            yield met(
                job.place_of("environment"),
                f"job {job.id} is bound to the environment {job.environment}",
                environments=environments,
            )
        else:
            yield fault(
                job.place,
                f"job {job.id} {_verb(release)} ({release.acts[0].what}) without an environment:"
                " nothing asks for an approval",
                environments=environments,
                severity=_weight(site, release, environments),
                related=(release.place, *(c.place for c in callers_of(site, release))),
            )
    if not releases(site):
        for place, what in _pulled(site)[:1]:
            yield fault(place, f"{what} delivers whatever is merged; no job asks for an approval")
    yield from elsewhere(site, "an approval before production")


@check("environment-protection/environment-from-pull-request", severity=Severity.CRITICAL)
def environment_from_pull_request(site: Site[Settings]) -> Iterator[Observation]:
    """The environment's name is computed from something that a pull request can choose.

    Why: whoever opens a pull request names the branch, and with it an environment without rules.
    Fix: name the environment in the workflow, or take it from an input with a list of choices.
    """
    for release in releases(site):
        written = release.job.environment
        if "${{" in written and any(word in written for word in _PULL_REQUEST_WORDS):
            yield fault(
                release.job.place_of("environment"),
                f"job {release.job.id} takes its environment from {written}, which a pull request"
                " can choose",
            )


@check("environment-protection/two-names", severity=Severity.MEDIUM, fix="manual")
def two_names(site: Site[Settings]) -> Iterator[Observation]:
    """Two spellings of one environment are in use.

    Why: GitHub creates an unprotected environment for a name that it does not know, so a job that
    says `prod` walks past the rules of `production`.
    Fix: use one name in every workflow.
    """
    first: dict[str, str] = {}
    for release in releases(site):
        written = release.job.environment
        canonical = environment_of(written) if written and "${{" not in written else None
        if canonical and first.setdefault(canonical, written) != written:
            yield fault(
                release.job.place_of("environment"),
                f"job {release.job.id} says {written} where another says {first[canonical]}:"
                " GitHub takes them for two environments",
                environments=(canonical,),
            )


_PULLING = {"Kustomization", "HelmRelease", "Application", "ApplicationSet"}


def _pulled(site: Site[Settings]) -> list[tuple[Place, str]]:
    return [
        (m.place(), f"{m.kind} {m.name}")
        for m in site.repo.manifests
        if m.kind in _PULLING and m.group.endswith(("fluxcd.io", "argoproj.io"))
    ]


def _verb(release: Release) -> str:
    if release.deploys:
        return "deploys" if release.kinds & {Kind.DEPLOY, Kind.GITOPS} else "changes infrastructure"
    return "publishes"


def _weight(site: Site[Settings], release: Release, environments: tuple[str, ...]) -> Severity:
    if not release.deploys:
        return Severity.MEDIUM
    hits = not environments or set(environments) & set(site.production)
    return Severity.CRITICAL if hits else Severity.HIGH
