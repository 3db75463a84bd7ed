"""What the files show of environment protection: which releases are bound to an environment."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.paths import Route, routes
from seatrial.kit.pipelines import elsewhere, hinted_systems, remote_jobs
from seatrial.kit.releases import Kind, Release, releases
from seatrial.kit.site import Site
from seatrial.kit.targets import targets_of
from seatrial.model.finding import Observation, Severity, fault, met
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.practices.environment_protection.settings import Settings
from seatrial.repo.environments import environment_of
from seatrial.repo.expressions import fold
from seatrial.repo.hcl import Block

_PULL_REQUEST_WORDS = (
    "github.head_ref",
    "github.event.pull_request",
    "github.event.issue",
    "github.event.comment",
    "github.event.workflow_run.head_branch",
)
_OWN_TOKEN = {"GITHUB_TOKEN", "github_token"}


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
                related=(release.place,),
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


@check("environment-protection/repository-secret", severity=Severity.HIGH)
def repository_secret(site: Site[Settings]) -> Iterator[Observation]:
    """A job that deploys reads a secret but is bound to no environment.

    Why: such a secret must lie on the repository, where every job of every branch can read it.
    Fix: move it to the environment (`seatrial plan environment-protection` names each one).
    """
    for release in releases(site):
        if release.job.environment or not release.deploys:
            continue
        read = [(name, place) for name, place in release.job.secrets if name not in _OWN_TOKEN]
        if read:
            names = ", ".join(name for name, _ in read[:4]) + (", ..." if len(read) > 4 else "")  # noqa: PLR2004 - names that fit a line
            yield fault(
                read[0][1],
                f"job {release.job.id} reads {names} without an environment, so every job of every"
                " branch can read them too",
                environments=targets_of(site, release),
                related=tuple(place for _, place in read[1:]),
            )


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


@check("environment-protection/settings-as-code", severity=Severity.HIGH)
def settings_as_code(site: Site[Settings]) -> Iterator[Observation]:
    """Environments that Terraform declares lack reviewers or a branch rule.

    Why: an environment without reviewers is a name, no protection.
    Fix: add `reviewers` and `deployment_branch_policy` to the resource.
    """
    for module in site.repo.terraform.modules:
        for block in module.resources("github_repository_environment"):
            if block.labels[0] == "github_repository_environment" and not module.is_example:
                yield from _declared(block)


@check("environment-protection/approval-elsewhere", severity=Severity.HIGH)
def approval_elsewhere(site: Site[Settings]) -> Iterator[Observation]:
    """A delivery service of a cloud takes production without an approval.

    Why: where Cloud Deploy or CodePipeline delivers, the approval belongs on their target or stage.
    Fix: `require_approval = true` on the production target, or a manual approval stage.
    """
    for module in site.repo.terraform.modules:
        if not module.is_example:
            for block in module.blocks:
                yield from _cloud_approval(block)
    for manifest in site.repo.manifests:
        if manifest.kind == "Target" and manifest.group == "deploy.cloud.google.com":
            approved = manifest.node.at("requireApproval").value is True
            yield from _target(manifest.name, manifest.place(), approved=approved)


def _cloud_approval(block: Block) -> Iterator[Observation]:
    kind = block.labels[0] if block.type == "resource" and block.labels else ""
    if kind == "google_clouddeploy_target":
        written = block.attr("require_approval")
        name = block.attr("name")
        title = f"{block.labels[-1]} {name.text if name else ''}"
        yield from _target(title, block.place, approved=bool(written and written.text == "true"))
    if kind == "aws_codepipeline":
        for action in (b for b in block.walk() if b.type == "action"):
            category = action.attr("category")
            if category and category.text.strip('"') == "Approval":
                yield met(action.place, f"{block.address} waits for a manual approval")


def _target(name: str, place: Place, *, approved: bool) -> Iterator[Observation]:
    if approved:
        yield met(place, f"the delivery target {name} asks for an approval")
    elif environment_of(name.strip(' "').replace(" ", "/").replace('"', "")) == "production":
        yield fault(
            place, "the delivery target of production asks for no approval", severity=Severity.HIGH
        )


_PULLING = {"Kustomization", "HelmRelease", "Application", "ApplicationSet"}


def _pulled(site: Site[Settings]) -> list[tuple[Place, str]]:
    return [
        (m.place(), f"{m.kind} {m.name}")
        for m in site.repo.manifests
        if m.kind in _PULLING and m.group.endswith(("fluxcd.io", "argoproj.io"))
    ]


def _declared(block: Block) -> Iterator[Observation]:
    name = environment_of(block.labels[-1]) or ""
    environments = (name,) if name else ()
    if block.children("reviewers"):
        yield met(block.place, f"{block.address} lists reviewers", environments=environments)
    elif name == "production":
        yield fault(block.place, f"{block.address} lists no reviewers", environments=environments)


def _verb(release: Release) -> str:
    if release.deploys:
        return "deploys" if release.kinds & {Kind.DEPLOY, Kind.GITOPS} else "changes infrastructure"
    return "publishes"


def _weight(site: Site[Settings], release: Release, environments: tuple[str, ...]) -> Severity:
    if not release.deploys:
        return Severity.MEDIUM
    hits = not environments or set(environments) & set(site.production)
    return Severity.CRITICAL if hits else Severity.HIGH


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
