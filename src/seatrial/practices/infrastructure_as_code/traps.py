"""Traps of infrastructure as code: what looks declared and is not, or does not do what it says."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity
from seatrial.model.practice import check
from seatrial.practices.infrastructure_as_code import (
    composed,
    fetched,
    functions,
    inputs,
    inside,
    removed,
    scaling,
    selectors,
    unused,
)
from seatrial.practices.infrastructure_as_code.settings import Settings


@check("infrastructure-as-code/by-hand-in-terraform", severity=Severity.MEDIUM)
def by_hand_in_terraform(site: Site[Settings]) -> Iterator[Observation]:
    """Terraform runs a command that changes the system beside its resources.

    Why: a provisioner runs once, when its resource is made; no plan shows what it did, and nothing
    notices when that is undone.
    Fix: a resource of the provider, a `helm_release`, or a manifest that the delivery applies.
    """
    yield from inside.terraform(site)


@check("infrastructure-as-code/unpinned-script", severity=Severity.MEDIUM)
def unpinned_script(site: Site[Settings]) -> Iterator[Observation]:
    """A pipeline or script runs whatever an address on the internet serves today.

    Why: the same commit installs something else tomorrow, and whoever changes what the address
    serves runs code where the deployment's credentials lie.
    Fix: an action or package with a version, or a download by version with its checksum.
    """
    yield from fetched.scripts(site)


@check("infrastructure-as-code/unchecked-value", severity=Severity.MEDIUM, fix="manual")
def unchecked_value(site: Site[Settings]) -> Iterator[Observation]:
    """A delivery takes a value from the internet and does not look whether it came.

    Why: when the other side is down, an empty list or an error page is delivered as if it were the
    value: an allow list is emptied, or everybody is let in.
    Fix: keep the value in git and let a scheduled job propose changes; at least `curl --fail` and a
    test that it is not empty.
    """
    yield from fetched.values(site)


@check("infrastructure-as-code/autoscaler-target", severity=Severity.HIGH, fix="manual")
def autoscaler_target(site: Site[Settings]) -> Iterator[Observation]:
    """An autoscaler scales the wrong workload.

    Why: two autoscalers of one workload undo each other all the time, and the workload that was
    meant is never scaled.
    Fix: the name of the workload in `scaleTargetRef`.
    """
    yield from scaling.targets(site)


@check("infrastructure-as-code/fixed-replicas", severity=Severity.MEDIUM)
def fixed_replicas(site: Site[Settings]) -> Iterator[Observation]:
    """A workload fixes its replicas although an autoscaler decides them.

    Why: every delivery scales down to the number in git in the middle of the load, and a controller
    that heals fights the autoscaler for good.
    Fix: leave `replicas` out where an autoscaler is on.
    """
    yield from scaling.replicas(site)


@check("infrastructure-as-code/selects-nothing", severity=Severity.HIGH, fix="manual")
def selects_nothing(site: Site[Settings]) -> Iterator[Observation]:
    """A Service or disruption budget selects no pod.

    Why: the Service has no endpoints and every call fails; a budget that selects nothing protects
    nothing, and says so nowhere.
    Fix: the labels of the pod template.
    """
    yield from selectors.lost(site)


@check("infrastructure-as-code/removed-api", severity=Severity.HIGH, fix="manual")
def removed_api(site: Site[Settings]) -> Iterator[Observation]:
    """An object is of an API version that has been removed.

    Why: no supported cluster or controller accepts it: the next cluster, or the next upgrade, fails
    to apply it.
    Fix: the version that took its place (`kubectl explain KIND` names it).
    """
    yield from removed.versions(site)


@check("infrastructure-as-code/missing-compose-file", severity=Severity.HIGH, fix="manual")
def missing_compose_file(site: Site[Settings]) -> Iterator[Observation]:
    """A compose file or its `.env` names a file that does not exist.

    Why: in a fresh clone `docker compose up` ends with an error, or mounts an empty folder.
    Fix: the right path; for what git must not hold, a sample beside it.
    """
    yield from composed.named(site)


@check("infrastructure-as-code/unused-values-file", severity=Severity.LOW, fix="manual")
def unused_values_file(site: Site[Settings]) -> Iterator[Observation]:
    """A values file is used by no release.

    Why: whoever changes it believes that something changes.
    Fix: remove it, or give it to the release that it was meant for.
    """
    yield from unused.files(site)


@check("infrastructure-as-code/unknown-input-in-docs", severity=Severity.MEDIUM, fix="manual")
def unknown_input_in_docs(site: Site[Settings]) -> Iterator[Observation]:
    """A README describes a variable or output of a Terraform module that does not exist.

    Why: whoever sets it gets a warning at best, and not what the text promises.
    Fix: generate the table (`terraform-docs`), and check it in the pipeline.
    """
    yield from inputs.documented(site)


@check("infrastructure-as-code/wrong-function", severity=Severity.MEDIUM, fix="manual")
def wrong_function(site: Site[Settings]) -> Iterator[Observation]:
    """A script defines a function twice, or calls one that is defined nowhere.

    Why: the second definition replaces the first without a word, and the missing one fails in the
    middle of what the script does.
    Fix: the name that was meant; shellcheck finds both.
    """
    yield from functions.faults(site)
