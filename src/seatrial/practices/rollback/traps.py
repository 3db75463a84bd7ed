"""Ways back that do not lead where they promise."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.delivery.shellvars import undefined
from seatrial.kit.delivery.verification import versioned
from seatrial.kit.platform.live import live_manifests, live_workloads
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.practices.rollback.returns import after_failure, names_version, returns
from seatrial.practices.rollback.settings import Settings
from seatrial.practices.rollback.telling import ARCHIVED


@check("rollback/any-ancestor", severity=Severity.HIGH)
def any_ancestor(site: Site[Settings]) -> Iterator[Observation]:
    """The way back is also taken when nothing was deployed.

    Why: `failure()` is true when any job before failed, so a red build or a refused approval takes
    a healthy production back.
    Fix: ask for the deployment itself: `if: failure() && needs.deploy.result == 'failure'`.
    """
    seen: set[int] = set()
    for one in returns(site):
        job = one.job
        if job is None or id(job) in seen or not after_failure(job):
            continue
        seen.add(id(job))
        names = {n for n in job.needs if f"needs.{n}.result" in job.condition}
        names |= {n for n in job.needs if f"needs.{n}.outputs" in job.condition}
        deeper = [a for a in job.workflow.ancestors(job) if a.id not in job.needs]
        if not names and (deeper or len(job.needs) > 1):
            first = (deeper or [j for n in job.needs if (j := job.workflow.job(n))])[-1]
            yield fault(
                job.place_of("if"),
                f"job {job.id} also takes a version back when only {first.id} failed and nothing"
                " was deployed",
            )


@check("rollback/undone-by-self-heal", severity=Severity.HIGH, fix="manual")
def undone_by_self_heal(site: Site[Settings]) -> Iterator[Observation]:
    """A controller undoes the way back.

    Why: self-heal applies what git says within seconds, and git still says the bad version.
    Fix: go back by a commit (`seatrial rollback` in GitOps mode).
    """
    healing = [
        m
        for m in live_manifests(site)
        if m.kind == "Application"
        and m.group == "argoproj.io"
        and m.node.at("spec", "syncPolicy", "automated", "selfHeal").value is True
    ]
    # A step that also goes back by a commit decides by what rules the environment.
    by_commit = {id(one.step) for one in returns(site) if one.step and not one.in_cluster}
    for one in returns(site):
        if healing and one.in_cluster and one.command and id(one.step) not in by_commit:
            yield fault(
                one.place,
                f"{one.how} is undone by Argo CD: Application/{healing[0].name} heals itself",
                related=(healing[0].place("spec", "syncPolicy"),),
            )


@check("rollback/no-revision", severity=Severity.MEDIUM)
def no_revision(site: Site[Settings]) -> Iterator[Observation]:
    """`helm rollback` without a revision goes to the one before.

    Why: a rollback is a revision as well, so the second one brings the bad version back.
    Fix: name the revision that was verified last.
    """
    for one in returns(site):
        command = one.command
        if command and command.starts("helm", "rollback") and not names_version(command):
            yield fault(
                one.place, "`helm rollback` names no revision, so it goes to the one before"
            )


@check("rollback/undefined-variable", severity=Severity.HIGH)
def undefined_variable(site: Site[Settings]) -> Iterator[Observation]:
    """A way back uses a variable that nothing sets.

    Why: the shell puts nothing in its place, so the command names another release or none.
    Fix: set it in `env:` of the step or job.
    """
    for one in returns(site):
        if one.command and one.job and one.step:
            for name, _ in undefined(one.job, one.step, (one.command,)):
                yield fault(
                    one.place,
                    f"{one.how} reads ${{{name}}}, which no step, job or workflow sets",
                )


@check("rollback/archived-action", severity=Severity.LOW)
def archived_action(site: Site[Settings]) -> Iterator[Observation]:
    """The message goes out through an action that nobody maintains.

    Why: an archived action breaks with the next runtime, and then failures are silent.
    Fix: use the vendor's own action.
    """
    for workflow in site.repo.workflows:
        for job in workflow.jobs:
            for step in job.steps if not job.is_off else ():
                uses = step.uses
                better = ARCHIVED.get(uses.name.lower()) if uses else None
                if uses and better:
                    yield fault(uses.place, f"{uses.name} is archived; {better} replaces it")


@check("rollback/mutable-tag", severity=Severity.MEDIUM)
def mutable_tag(site: Site[Settings]) -> Iterator[Observation]:
    """The revision before names the same image as the bad one.

    Why: with `latest` going back changes nothing: both revisions pull the same, bad image.
    Fix: deploy by digest or by a tag that is never written twice.
    """
    set_by_pipeline = any(
        "tag" in word.lower() or "image" in word.lower()
        for release in versioned(site)
        for act in release.acts
        if act.command
        for word in act.command.argv
        if "=" in word
    )
    found: dict[Place, list[str]] = {}
    environments: dict[Place, tuple[str, ...]] = {}
    for workload in live_workloads(site):
        if workload.is_store or (workload.manifest.source == "chart" and set_by_pipeline):
            continue
        for index, image in enumerate(workload.images):
            if _is_mutable(image):
                pods = workload.manifest.pod_path
                place = workload.manifest.place(*pods, "containers", index, "image")
                found.setdefault(place, []).append(workload.name)
                environments[place] = workload.environments
    for place, names in list(found.items())[:5]:
        yield fault(
            place,
            f"{names[0]} runs an image without a fixed tag, so going back pulls the bad one again",
            environments=environments[place],
        )


def _is_mutable(image: str) -> bool:
    if "@" in image or "$" in image:
        return False
    tag = image.rpartition("/")[2].partition(":")[2]
    return tag in {"latest", "main", "master"}


@check("rollback/failures-tolerated", severity=Severity.LOW)
def failures_tolerated(site: Site[Settings]) -> Iterator[Observation]:
    """A deployment waits out pods that fail, until its deadline.

    Why: a version that crashes in its first second is told only minutes later, and nothing is taken
    back before.
    Fix: take `tolerateFailuresUntilDeadline` away where production is deployed.
    """
    word = "tolerateFailuresUntilDeadline: true"
    places: list[Place] = []
    for file in site.repo.files():
        if file.name.startswith("skaffold") and file.suffix in {".yaml", ".yml"}:
            line = file.line_of(word)
            if line and not file.lines[line - 1].lstrip().startswith("#"):
                places.append(file.place(line))
    if places:
        more = f" ({len(places)} files)" if len(places) > 1 else ""
        message = f"failing pods are waited out until the deadline{more}"
        yield fault(places[0], message, related=tuple(places[1:]))
