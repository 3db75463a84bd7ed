"""What the files show of infrastructure as code."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.anchors import anchor
from seatrial.kit.delivery.hints import delivered_elsewhere
from seatrial.kit.platform.gitops import deliveries
from seatrial.kit.platform.live import live_workloads
from seatrial.kit.serving import runs_for_somebody
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault, met
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.practices.infrastructure_as_code import (
    byhand,
    coded,
    drift,
    lies,
)
from seatrial.practices.infrastructure_as_code.missing import (
    missing_file,
    missing_module,
    missing_script,
    missing_script_in_docs,
    missing_task,
)
from seatrial.practices.infrastructure_as_code.settings import Settings
from seatrial.practices.infrastructure_as_code.traps import (
    autoscaler_target,
    by_hand_in_terraform,
    fixed_replicas,
    missing_compose_file,
    removed_api,
    selects_nothing,
    unchecked_value,
    unknown_input_in_docs,
    unpinned_script,
    unused_values_file,
    wrong_function,
)

__all__ = [
    "autoscaler_target",
    "by_hand_in_terraform",
    "fixed_replicas",
    "missing_compose_file",
    "missing_file",
    "missing_module",
    "missing_script",
    "missing_script_in_docs",
    "missing_task",
    "removed_api",
    "selects_nothing",
    "unchecked_value",
    "unknown_input_in_docs",
    "unpinned_script",
    "unused_values_file",
    "wrong_function",
]


def not_applicable(site: Site[Settings]) -> str:
    """Nothing here is run, so there is no infrastructure to declare."""
    if runs_for_somebody(site) or coded.pieces(site):
        return ""
    return "nothing here is deployed, so there is no infrastructure to declare"


@check("infrastructure-as-code/nothing-as-code", severity=Severity.HIGH, requirement=True)
def nothing_as_code(site: Site[Settings]) -> Iterator[Observation]:
    """What the system runs on is declared nowhere.

    Why: what exists only in a console cannot be reviewed, repeated or restored.
    Fix: Terraform for the cloud, charts or manifests for the cluster.
    """
    found = coded.pieces(site)
    for place, what in found:
        yield met(place, what)
    if found:
        return
    hidden = list(delivered_elsewhere(site, "the code of what the system runs on"))
    yield from hidden
    if not hidden:
        yield fault(anchor(site), "no code here declares what the system runs on")


@check("infrastructure-as-code/by-hand-in-pipeline", severity=Severity.HIGH, requirement=True)
def by_hand_in_pipeline(site: Site[Settings]) -> Iterator[Observation]:
    """A pipeline changes a running system by commands instead of by what is in git.

    Why: what the command made is in no file: the next delivery undoes it, or nobody knows of it.
    Fix: the form that the finding names; `seatrial plan infrastructure-as-code` writes it.
    """
    yield from byhand.in_pipelines(site)


@check("infrastructure-as-code/by-hand-in-script", severity=Severity.MEDIUM, requirement=True)
def by_hand_in_script(site: Site[Settings]) -> Iterator[Observation]:
    """A script changes a running system by commands instead of by what is in git.

    Why: whether it ran, when, and with which arguments, stands nowhere.
    Fix: the form that the finding names; keep what an emergency needs in a marked runbook.
    """
    yield from byhand.in_scripts(site)


@check("infrastructure-as-code/by-hand-in-docs", severity=Severity.LOW)
def by_hand_in_docs(site: Site[Settings]) -> Iterator[Observation]:
    """A document tells people to change a running system by hand.

    Why: the change is lost at the next delivery, and differs between environments from then on.
    Fix: the form that the finding names, or a section that is marked as break-glass.
    """
    if site.settings.documents:
        yield from byhand.in_documents(site)


@check("infrastructure-as-code/no-drift-detection", severity=Severity.MEDIUM, requirement=True)
def no_drift_detection(site: Site[Settings]) -> Iterator[Observation]:
    """Nothing would see that what runs differs from the code.

    Why: a change by hand lives until the next delivery undoes it, usually at night.
    Fix: a scheduled plan or `seatrial drift`, or a controller that compares all the time.
    """
    seen = drift.watches(site)
    for watch in seen:
        if not watch.blind:
            yield met(watch.place, watch.what, environments=watch.environments)
    sides = {w.side for w in seen if not w.blind}
    if coded.has_cluster(site) and "cluster" not in sides:
        yield fault(_cluster_place(site), "nothing compares the cluster with what is in git")
    if coded.has_terraform(site) and "terraform" not in sides:
        roots = site.repo.terraform.roots
        place = roots[0].place() if roots else anchor(site)
        yield fault(place, "no scheduled plan compares the cloud with the Terraform code")
    hidden = any(True for _ in delivered_elsewhere(site, ""))
    if not coded.has_cluster(site) and not coded.has_terraform(site) and not sides and not hidden:
        yield fault(anchor(site), "nothing compares what runs with the code")
    yield from drift.unseen_releases(site)


@check("infrastructure-as-code/blind-plan", severity=Severity.MEDIUM)
def blind_plan(site: Site[Settings]) -> Iterator[Observation]:
    """A scheduled comparison tells nobody what it found.

    Why: `terraform plan` ends with 0 whether there is drift or not, so the run is always green.
    Fix: `-detailed-exitcode`, and let exit code 2 open an issue or fail the job.
    """
    for watch in drift.watches(site):
        if watch.blind:
            yield fault(watch.place, f"{watch.what} tells nobody of drift: {watch.blind}")


@check("infrastructure-as-code/manual-changes", severity=Severity.MEDIUM, requirement=True)
def manual_changes(site: Site[Settings]) -> Iterator[Observation]:
    """Nothing refuses a change by hand in the cluster.

    Why: whoever has a kubeconfig can patch production, and the code no longer says what runs.
    Fix: a ValidatingAdmissionPolicy that lets the delivery change workloads, with a break-glass
    group; or self-heal.
    """
    found = drift.guards(site)
    for guard in found:
        yield met(guard.place, guard.what, environments=guard.environments)
    if not coded.has_cluster(site):
        return
    covered = {name for guard in found for name in guard.environments}
    if any(not guard.environments for guard in found):
        return
    lacking = tuple(e.name for e in site.environments if e.name not in covered)
    if lacking or not found:
        yield fault(
            _cluster_place(site),
            "nothing refuses a change by hand in the cluster, or tells about it",
            environments=lacking if found else (),
        )


@check("infrastructure-as-code/dead-values", severity=Severity.MEDIUM)
def dead_values(site: Site[Settings]) -> Iterator[Observation]:
    """A values file sets what no template reads.

    Why: the file says one thing and the cluster runs another, most often the chart's defaults.
    Fix: the name that the template reads, or remove the value.
    """
    yield from lies.values(site)


@check("infrastructure-as-code/stray-tag", severity=Severity.HIGH, fix="promote")
def stray_tag(site: Site[Settings]) -> Iterator[Observation]:
    """An image has a tag that cannot be its own.

    Why: a replacement that rewrote every `tag:` of the file reached a database as well; the next
    delivery cannot pull it.
    Fix: restore the tag, and change the application's by its path (`seatrial promote`).
    """
    yield from lies.tags(site)


@check("infrastructure-as-code/floating-input", severity=Severity.MEDIUM)
def floating_input(site: Site[Settings]) -> Iterator[Observation]:
    """Terraform takes a chart or module in whatever version is the newest.

    Why: an apply changes what runs without a change in git, and no two environments are alike.
    Fix: `version`, or `?ref=` with a tag or commit.
    """
    yield from lies.inputs(site)


@check("infrastructure-as-code/hardcoded-environment", severity=Severity.LOW, fix="manual")
def hardcoded_environment(site: Site[Settings]) -> Iterator[Observation]:
    """A template or Terraform asks for the name of the environment.

    Why: what differs between environments then stands in the logic, where no values file shows it,
    and a new environment silently gets the wrong side.
    Fix: a value or variable for the thing itself (`monitoring.enabled`).
    """
    yield from lies.branches(site)


def _cluster_place(site: Site[Settings]) -> Place:
    for delivery in deliveries(site):
        return delivery.place
    for release in site.repo.helm_releases:
        return release.place
    for chart in site.repo.charts:
        return chart.file.place()
    for workload in live_workloads(site):
        return workload.place
    return anchor(site)
