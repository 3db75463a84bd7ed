"""The smallest rights that install the charts: what they render, and what Helm itself does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.site import Site
from seatrial.model.struct import struct
from seatrial.practices.rbac.delivery import CLUSTER_SCOPED, delivered_charts, plural

VERBS: Final = ("create", "delete", "get", "list", "patch", "update", "watch")
"""Install, upgrade, roll back, uninstall and wait; measured with Helm 4, one left out at a time."""
_READS: Final = ("get", "list", "watch")
_ADDED: Final[tuple[tuple[str, str], ...]] = (
    ("", "configmaps"),
    ("", "persistentvolumeclaims"),
    ("", "secrets"),
    ("", "serviceaccounts"),
    ("", "services"),
    ("apps", "deployments"),
    ("argoproj.io", "analysistemplates"),
    ("argoproj.io", "rollouts"),
    ("autoscaling", "horizontalpodautoscalers"),
    ("batch", "cronjobs"),
    ("batch", "jobs"),
    ("monitoring.coreos.com", "podmonitors"),
    ("monitoring.coreos.com", "prometheusrules"),
    ("monitoring.coreos.com", "servicemonitors"),
    ("networking.k8s.io", "networkpolicies"),
    ("policy", "poddisruptionbudgets"),
    ("policy.linkerd.io", "authorizationpolicies"),
    ("policy.linkerd.io", "httproutes"),
    ("policy.linkerd.io", "meshtlsauthentications"),
    ("policy.linkerd.io", "networkauthentications"),
    ("policy.linkerd.io", "servers"),
    ("rbac.authorization.k8s.io", "rolebindings"),
    ("rbac.authorization.k8s.io", "roles"),
)
"""Kinds that other practices put into a chart: the delivery must not fail when they come."""
_WATCHED: Final[tuple[tuple[str, str], ...]] = (("", "pods"), ("apps", "replicasets"))


@struct
class Granted:
    """Rights on the resources of one API group."""

    group: str
    resources: tuple[str, ...]
    verbs: tuple[str, ...]
    comment: str = ""


def derived(site: Site[object]) -> tuple[Granted, ...]:
    """Rules for a delivery, sorted by group; empty when no chart is delivered from here."""
    kinds = set(_rendered(site))
    if not kinds:
        return ()
    by_group: dict[str, set[str]] = {}
    for group, resource in (*kinds, *_ADDED):
        by_group.setdefault(group, set()).add(resource)
    rules = [
        Granted(group, tuple(sorted(resources)), VERBS, _comment(group))
        for group, resources in sorted(by_group.items())
    ]
    rules += [
        Granted(group, (resource,), _READS, "Only looked at, while a release waits.")
        for group, resource in _WATCHED
    ]
    return tuple(rules)


def _comment(group: str) -> str:
    if group == "":
        return "Helm keeps each release in a Secret; create and list cannot be narrowed by name."
    if group == "rbac.authorization.k8s.io":
        return "The API server refuses any rule that the delivery does not hold itself."
    return ""


def _rendered(site: Site[object]) -> Iterator[tuple[str, str]]:
    for chart in delivered_charts(site):
        for environment in chart.environments or (None,):
            for manifest in chart.render(environment).manifests:
                if manifest.kind not in CLUSTER_SCOPED and manifest.kind:
                    yield manifest.group, plural(manifest.kind)
