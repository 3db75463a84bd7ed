"""Signatures that are checked in a way that lets anybody's pass."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.delivery.releases import command_place
from seatrial.kit.platform.joined import joined
from seatrial.kit.platform.live import live_manifests
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault
from seatrial.model.practice import check
from seatrial.practices.security_scanning.settings import Settings
from seatrial.repo.kubernetes.manifests import Manifest
from seatrial.repo.yaml import Node

_ANYBODY: Final = frozenset({"*", ".*", "^.*$", ".+", "^.+$", "https://*", "https://.*"})
_PATHS: Final[tuple[tuple[str, ...], ...]] = (
    ("spec", "verify"),
    ("spec", "chart", "spec", "verify"),
)


@check("security-scanning/any-signature", severity=Severity.HIGH, fix="manual")
def any_signature(site: Site[Settings]) -> Iterator[Observation]:
    """A signature is checked, but not who signed.

    Why: keyless signing is open to everybody with an account; without an issuer and a subject an
    attacker's own signature passes.
    Fix: name issuer and subject (`verify.matchOIDCIdentity` in Flux, `attestors.keyless` in
    Kyverno, `--certificate-identity` for cosign).
    """
    yield from joined(_any_signature(site))


def _any_signature(site: Site[Settings]) -> Iterator[Observation]:
    for manifest in live_manifests(site):
        if manifest.group.endswith("toolkit.fluxcd.io"):
            yield from _of_flux(manifest)
        elif manifest.kind in {"ClusterPolicy", "Policy", "ClusterImagePolicy", "ImagePolicy"}:
            yield from _of_policy(manifest)
    for workflow in site.repo.workflows:
        for job in workflow.jobs:
            for step in job.steps if not job.is_off else ():
                for command in step.commands:
                    who = command.flag("--certificate-identity-regexp")
                    if command.program == "cosign" and who in _ANYBODY:
                        yield fault(
                            command_place(step, command),
                            f"job {job.id} verifies a signature of anybody",
                        )


def _of_flux(manifest: Manifest) -> Iterator[Observation]:
    for path in _PATHS:
        verify = manifest.node.at(*path)
        keyless = verify.at("provider").text == "cosign" and not verify.at("secretRef")
        if keyless and not verify.at("matchOIDCIdentity").items():
            yield fault(
                manifest.place(*path),
                f"{manifest.kind}/{manifest.name} accepts a keyless signature of anybody: no"
                " matchOIDCIdentity",
                environments=manifest.environments,
            )


def _of_policy(manifest: Manifest) -> Iterator[Observation]:
    for path, node in manifest.node.walk():
        if not path or path[-1] not in {"keyless", "identities"}:
            continue
        for index, one in enumerate(node.items()) if node.kind == "seq" else ((-1, node),):
            subject = one.at("subject").text or one.at("subjectRegExp").text
            if subject in _ANYBODY:
                here = (*path, index) if index >= 0 else path
                yield fault(
                    manifest.place(*here, "subject"),
                    f"{manifest.kind}/{manifest.name} accepts a signature of any subject",
                    environments=manifest.environments,
                )


@check("security-scanning/unsigned-admitted", severity=Severity.MEDIUM, fix="manual")
def unsigned_admitted(site: Site[Settings]) -> Iterator[Observation]:
    """A policy only reports images without a valid signature.

    Why: the unsigned image runs all the same; the report is read after the fact, or never.
    Fix: `validationFailureAction: Enforce` (`mode: enforce`) once what runs is signed.
    """
    yield from joined(_unsigned_admitted(site))


def _unsigned_admitted(site: Site[Settings]) -> Iterator[Observation]:
    for manifest in live_manifests(site):
        spec = manifest.node.at("spec")
        if manifest.kind in {"ClusterPolicy", "Policy"} and manifest.group == "kyverno.io":
            verifies = any(rule.has("verifyImages") for rule in spec.at("rules").items())
            mode = spec.at("validationFailureAction")
            own = [
                image.at("failureAction").text
                for rule in spec.at("rules").items()
                for image in rule.at("verifyImages").items()
            ]
            if verifies and _reports(mode) and "Enforce" not in own:
                yield _admitted(manifest, "validationFailureAction")
        elif manifest.kind == "ClusterImagePolicy" and spec.at("mode").text == "warn":
            yield _admitted(manifest, "mode")


def _reports(mode: Node) -> bool:
    # Kyverno's default is to report.
    return mode.text.lower() in {"audit", ""}


def _admitted(manifest: Manifest, key: str) -> Observation:
    return fault(
        manifest.place("spec", key),
        f"{manifest.kind}/{manifest.name} only reports images whose signature is missing or wrong",
        environments=manifest.environments,
    )
