"""Can the delivery's Role install the charts? Compared with what they render and what Helm does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.delivery.releases import deployments
from seatrial.kit.platform.gitops import all_deliveries
from seatrial.kit.platform.live import is_aside
from seatrial.kit.platform.rbac import Request, Rule, permits
from seatrial.kit.site import Site, once
from seatrial.model.struct import struct
from seatrial.practices.rbac.grants import Grant, grants
from seatrial.practices.rbac.settings import Settings
from seatrial.repo.kubernetes.charts import Chart

_WORDS: Final = frozenset(
    "deploy deployer deployment deployments ci cd cicd github gitlab actions pipeline release"
    " releaser delivery helm argocd flux".split()
)
_VERBS: Final = ("get", "create", "patch", "delete")
_HELM: Final = ("get", "list", "create", "update", "delete")
_IRREGULAR: Final = {"Ingress": "ingresses", "Endpoints": "endpoints", "Gateway": "gateways"}
CLUSTER_SCOPED: Final = frozenset(
    {
        "Namespace",
        "ClusterRole",
        "ClusterRoleBinding",
        "CustomResourceDefinition",
        "PersistentVolume",
        "StorageClass",
        "PriorityClass",
        "ClusterIssuer",
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
    }
)
"""Kinds that no Role in a namespace can grant."""
_SHOWN: Final = 6


@struct(eq=False)
class Shortfall:
    """What a delivery identity lacks for a chart.

    Attributes:
        lacks: in the reader's words.
        needs: group and resource of each.
    """

    grant: Grant
    chart: Chart
    lacks: tuple[str, ...]
    needs: tuple[tuple[str, str], ...]

    @property
    def shown(self) -> str:
        """The first of them, and how many more."""
        more = len(self.lacks) - _SHOWN
        return "; ".join(self.lacks[:_SHOWN]) + (f"; {more} more" if more > 0 else "")


def shortfalls(site: Site[Settings]) -> Iterator[Shortfall]:
    """Yield each delivery identity that cannot install a chart of these repositories."""
    for grant in grants(site):
        if grant.rules and not grant.grants_everything and _delivers(site, grant):
            rules = _all_rules(site, grant)
            for chart in delivered_charts(site):
                found = tuple(_lacks(chart, rules, helm=_uses_helm(site)))
                if found:
                    lacks = tuple(text for text, _ in found)
                    yield Shortfall(grant, chart, lacks, tuple(need for _, need in found))


def _delivers(site: Site[Settings], grant: Grant) -> bool:
    return any(is_delivery(site, subject.name) for subject in grant.binding.subjects)


def is_delivery(site: Site[Settings], name: str) -> bool:
    """True for the name of an identity that installs the charts."""
    named = set(site.settings.delivery_identities)
    words = set(name.lower().replace("_", "-").replace(":", "-").split("-"))
    return name in named or (bool(words & _WORDS) and not named)


def _all_rules(site: Site[Settings], grant: Grant) -> tuple[Rule, ...]:
    """Rules of all bindings of the same identity that count in the same namespace."""
    mine = set(grant.binding.subjects)
    return tuple(
        rule
        for other in grants(site)
        if mine & set(other.binding.subjects)
        and (other.is_cluster_wide or other.binding.namespace == grant.binding.namespace)
        for rule in other.rules
    )


def delivered_charts(site: Site[object]) -> Iterator[Chart]:
    """Charts that a team installs, libraries and examples left out."""
    for chart in site.repo.charts:
        if chart.is_library or is_aside(f"{chart.folder}/x"):
            continue
        if (chart.root.name, chart.folder) in _of_terraform(site):
            continue
        # Argo CD itself makes what stands beside previews.
        if chart.environments or chart.folder not in _beside_previews(site):
            yield chart


@once
def _beside_previews(site: Site[object]) -> frozenset[str]:
    """Folders that sets of previews read."""
    return frozenset(s.path for d in all_deliveries(site) if d.is_preview for s in d.sources)


@once
def _of_terraform(site: Site[object]) -> frozenset[tuple[str, str]]:
    """Charts of these repositories that Terraform installs, with an identity of its own."""
    return frozenset(
        (release.module.root.name, release.chart_folder)
        for release in site.repo.helm_releases
        if release.chart_folder is not None
    )


@once
def _uses_helm(site: Site[object]) -> bool:
    return any(
        act.command is not None and act.command.program in {"helm", "helmfile"}
        for release in deployments(site)
        for act in release.acts
    )


def _lacks(
    chart: Chart, rules: tuple[Rule, ...], *, helm: bool
) -> Iterator[tuple[str, tuple[str, str]]]:
    kinds: dict[tuple[str, str], None] = {}
    for environment in chart.environments or (None,):
        for manifest in chart.render(environment).manifests:
            if manifest.kind not in CLUSTER_SCOPED:
                kinds[(manifest.group, manifest.kind)] = None
    if helm and kinds:
        missing = _missing(rules, "", "secrets", _HELM)
        if missing:
            text = f"secrets ({', '.join(missing)}: Helm keeps its releases there)"
            yield text, ("", "secrets")
    for group, kind in kinds:
        missing = _missing(rules, group, plural(kind), _VERBS)
        if missing and not (helm and kind == "Secret"):
            yield f"{plural(kind)} ({', '.join(missing)})", (group, plural(kind))


def _missing(
    rules: tuple[Rule, ...], group: str, resource: str, verbs: tuple[str, ...]
) -> list[str]:
    def allowed(verb: str) -> bool:
        request = Request(verb, resource, group)
        return any(permits(rule, request) for rule in rules)

    # An older Helm patches by update: either will do.
    return [
        v
        for v in verbs
        if not allowed(v)
        and not (v == "patch" and allowed("update"))
        and not (v == "update" and allowed("patch"))
    ]


def plural(kind: str) -> str:
    """The resource of a kind, as rules name it."""
    if kind in _IRREGULAR:
        return _IRREGULAR[kind]
    low = kind.lower()
    if low.endswith("y") and low[-2:-1] not in "aeiou":
        return f"{low[:-1]}ies"
    return f"{low}es" if low.endswith(("s", "x", "ch")) else f"{low}s"
