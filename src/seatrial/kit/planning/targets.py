"""Where the charts of these repositories go: release, namespace and values of each environment."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.branches import branch_of
from seatrial.kit.planning.rollouts import Rollout, rollouts
from seatrial.kit.platform.gitops import deliveries
from seatrial.kit.platform.installs import resources
from seatrial.kit.platform.live import is_aside
from seatrial.kit.site import Site, once
from seatrial.model.environment import Environment
from seatrial.model.struct import struct
from seatrial.repo.files import File
from seatrial.repo.kubernetes.chart_values import ValuesFile
from seatrial.repo.kubernetes.charts import Chart

_LABEL: Final = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


@struct(eq=False)
class Target:
    """One chart in one environment.

    Attributes:
        values: its values file in the chart's repository; None where only the defaults count.
        key: way to the tag of the application's image, dotted; empty if nothing shows it.
        branch: the branch that holds what shall run there.
    """

    chart: Chart
    environment: Environment
    release: str
    namespace: str
    values: File | None
    key: str
    branch: str

    @property
    def name(self) -> str:
        """Release and environment as one DNS label."""
        own = self.environment.name
        return self.release if self.release.endswith(f"-{own}") else f"{self.release}-{own}"


@once
def targets(site: Site[object]) -> tuple[Target, ...]:
    """All charts that a team delivers, in every environment; names that are no labels left out."""
    charts = [c for c in site.repo.charts if not c.is_library and not c.is_part]
    found = [
        _target(site, chart, environment)
        for chart in charts
        if not is_aside(f"{chart.folder}/x")
        for environment in site.environments
    ]
    return tuple(t for t in found if _LABEL.fullmatch(t.name) and _LABEL.fullmatch(t.namespace))


def _target(site: Site[object], chart: Chart, environment: Environment) -> Target:
    name = environment.name
    own = next(_of(site, chart, name), None)
    key = own.key if own else ""
    return Target(
        chart,
        environment,
        _chosen(own.release, own, name) if own else _word(chart.name),
        _chosen(own.namespace, own, name) if own else _namespace(site, chart, name),
        _values(site, chart, own, name),
        key or _key(chart),
        (own.branch if own else "") or branch_of(site, name),
    )


def _of(site: Site[object], chart: Chart, environment: str) -> Iterator[Rollout]:
    mine = [r for r in rollouts(site) if r.chart is chart]
    yield from (r for r in mine if r.environment == environment)
    yield from (r for r in mine if r.choice and environment in site_names(site))


def site_names(site: Site[object]) -> frozenset[str]:
    """Names of the site's environments."""
    return frozenset(e.name for e in site.environments)


def _chosen(text: str, own: Rollout, environment: str) -> str:
    """A text with the environment in place of the expression that chooses it."""
    return re.sub(r"\$\{\{\s*" + re.escape(own.choice) + r"\s*\}\}", environment, text)


def _namespace(site: Site[object], chart: Chart, environment: str) -> str:
    """Terraform's namespace that carries the chart's name, else one made of both names."""
    for _, block in resources(site, "kubernetes_namespace"):
        for inner in block.walk():
            written = inner.attr("name")
            if written and chart.name in written.text:
                text = written.text.strip('"').replace("${terraform.workspace}", environment)
                if "$" not in text:
                    return text
    return _word(f"{chart.name}-{environment}")


def _word(text: str) -> str:
    return re.sub(r"[^a-z0-9-]+", "-", text.lower()).strip("-")


def _values(site: Site[object], chart: Chart, own: Rollout | None, environment: str) -> File | None:
    if own:
        path = _chosen(own.values, own, environment)
        file = chart.root.files.get(path)
        if file:
            return file
    layers = claims(chart, environment)
    # Of several, the one that a delivery names by its file.
    named = {w.rpartition("/")[2] for d in deliveries(site) for s in d.sources for w in s.values}
    read = [v for v in layers if v.file.name in named] or list(layers)
    return read[-1].file if read else None


def claims(chart: Chart, environment: str) -> tuple[ValuesFile, ...]:
    """Values files in the chart's own repository that say to serve an environment."""
    return tuple(
        v
        for v in chart.values_files
        if v.environment == environment
        and not v.inline
        and v.file.root is chart.root
        # A file without keys says nothing, whatever it is called.
        and v.node.kind == "map"
        and v.node.names()
    )


def _key(chart: Chart) -> str:
    """The one tag among the default values that belongs to no store; empty when it is not one."""
    from seatrial.kit.platform.workloads import is_store

    found: list[str] = []
    for path, node in chart.values.walk():
        if node.kind == "map" and node.at("tag").kind == "scalar":
            words = [node.at("repository").text, *(str(p) for p in path)]
            if not any(is_store(w) for w in words if w):
                found.append(".".join([*(str(p) for p in path), "tag"]))
    return found[0] if len(found) == 1 else ""


def meant(site: Site[object], one: Rollout) -> Iterator[Target]:
    """Yield the targets that a step reaches."""
    for target in targets(site):
        if target.chart is one.chart and one.environment in {"", target.environment.name}:
            yield target


def values_path(site: Site[object], one: Rollout) -> str:
    """The values file that names the version a step brings; empty if there is no such file."""
    if one.values:
        return one.values
    found = [t.values.path for t in meant(site, one) if t.values]
    own = one.chart.values_file
    return found[0] if len(found) == 1 else own.path if own and not found else ""
