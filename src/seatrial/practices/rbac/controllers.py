"""Traps of controllers: delivery that applies as cluster-admin, policies that only report."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.platform.live import live_manifests
from seatrial.kit.site import Site, once
from seatrial.model.finding import Observation, Severity, fault
from seatrial.model.practice import check
from seatrial.practices.rbac.settings import Settings
from seatrial.repo.kubernetes.manifests import Manifest

_NAMED: Final = 3
_PLATFORM: Final = (
    "flux-system", "infra", "platform", "system", "crd", "controller", "operator", "policies",
    "cert-manager", "ingress", "monitoring", "istio", "addon", "add-on", "cluster", "core", "base",
    "kyverno", "tenant", "namespace", "storage", "config", "network", "gateway", "source",
    "secret", "observability", "logging", "dns", "mesh",
)  # fmt: skip
"""What needs rights on the whole cluster, by the words of its name or path."""


@check("rbac/controller-as-admin", severity=Severity.HIGH)
def controller_as_admin(site: Site[Settings]) -> Iterator[Observation]:
    """The delivery controller applies applications with its own rights, which are all.

    Why: whoever can write to the applications' folder can create a ClusterRoleBinding there, and
    Flux applies it as cluster-admin.
    Fix: `spec.serviceAccountName` with a Role in the application's namespace, or
    `--default-service-account` on the controllers.
    """
    if _has_default_account(site):
        return
    found = {m.name: m for m in live_manifests(site) if _applies_as_admin(m)}
    if found:
        first, *others = found.values()
        shown = ", ".join(f"Kustomization/{name}" for name in list(found)[:_NAMED])
        shown += ", ..." if len(found) > _NAMED else ""
        verb = "names" if len(found) == 1 else "name"
        text = f"{shown} {verb} no ServiceAccount: Flux applies what lies there as cluster-admin"
        related = tuple(m.place("spec") for m in others[:_NAMED])
        yield fault(first.place("spec"), text, related=related)


def _applies_as_admin(manifest: Manifest) -> bool:
    if manifest.kind != "Kustomization" or "toolkit.fluxcd.io" not in manifest.api_version:
        return False
    spec = manifest.node.at("spec")
    named = f"{manifest.name} {spec.at('path').text.rpartition('/')[2]}".lower()
    return not spec.at("serviceAccountName").text and not any(w in named for w in _PLATFORM)


@once
def _has_default_account(site: Site[object]) -> bool:
    return any(
        "--default-service-account" in file.text
        for file in site.repo.files()
        if file.name in {"kustomization.yaml", "gotk-patches.yaml"}
    )


@check("rbac/policy-only-reports", severity=Severity.MEDIUM)
def policy_only_reports(site: Site[Settings]) -> Iterator[Observation]:
    """An admission policy reports what it forbids and lets it in.

    Why: a rule about who may bring what is none as long as everything is let through; the reports
    are read by nobody.
    Fix: `Enforce` (Kyverno), `deny` (Gatekeeper, ValidatingAdmissionPolicyBinding) once the reports
    are clean.
    """
    found = {f"{m.kind}/{m.name}": (m, path) for m in live_manifests(site) if (path := _lenient(m))}
    if found:
        (first, path), *others = found.values()
        names = list(found)
        shown = ", ".join(names[:_NAMED]) + (", ..." if len(names) > _NAMED else "")
        verb = "reports" if len(names) == 1 else "report"
        yield fault(
            first.place(*path),
            f"{shown} only {verb}: what is forbidden is let in",
            related=tuple(m.place(*p) for m, p in others[:_NAMED]),
        )


def _lenient(manifest: Manifest) -> tuple[str, ...]:
    """Path of the field that makes a policy only report; empty when it refuses."""
    spec = manifest.node.at("spec")
    if manifest.kind in {"ClusterPolicy", "Policy"} and "kyverno" in manifest.api_version:
        lenient = spec.at("validationFailureAction").text.lower() == "audit"
        overrides = bool(spec.at("validationFailureActionOverrides").items())
        return ("spec", "validationFailureAction") if lenient and not overrides else ()
    if manifest.api_version.startswith("constraints.gatekeeper.sh"):
        lenient = spec.at("enforcementAction").text in {"dryrun", "warn"}
        return ("spec", "enforcementAction") if lenient else ()
    if manifest.kind == "ValidatingAdmissionPolicyBinding":
        actions = {n.text for n in spec.at("validationActions").items()}
        return ("spec", "validationActions") if actions and "Deny" not in actions else ()
    return ()
