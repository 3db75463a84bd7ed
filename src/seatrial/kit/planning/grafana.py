"""Data sources and dashboards for the Grafana that is installed."""

from __future__ import annotations

import posixpath
import textwrap
from collections.abc import Iterator

from seatrial.kit.planning.addonobjects import beside
from seatrial.kit.planning.addons import from_module, values_folder, way
from seatrial.kit.planning.everywhere import everywhere
from seatrial.kit.planning.valueshome import release_of, values_home
from seatrial.kit.platform.install import Install
from seatrial.kit.platform.installs import installed
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Generate, Leave
from seatrial.model.edit import AddItem, Block, SetKey

_STACK = "kube-prometheus-stack"


def grafanas(site: Site[object]) -> tuple[Install, ...]:
    """Installs that bring a Grafana."""
    stacks = [i for i in installed(site, _STACK) if not i.is_off("grafana", "enabled")]
    return (*installed(site, "grafana"), *stacks)


def datasource(site: Site[object], text: str, why: str) -> Iterator[Edit]:
    """Add a data source (YAML, identified by its `name`) to Grafana's values."""
    for install in grafanas(site):
        home = values_home(site, install)
        if home is None:
            continue
        if install.chart == _STACK:
            way_in = (*home.at, "grafana", "additionalDataSources")
            edits: tuple[AddItem | SetKey, ...] = ()
        else:
            holder = (*home.at, "datasources", "datasources.yaml")
            way_in = (*holder, "datasources")
            edits = (SetKey(holder, "apiVersion", 1, replace=False, document=home.document),)
        item = AddItem(way_in, Block(text), identity="name", document=home.document)
        yield Edit(home.file.root.name, home.file.path, (*edits, item), why)


def read_config_maps(site: Site[object], why: str) -> Iterator[Edit]:
    """Let Grafana take dashboards from ConfigMaps that carry the label `grafana_dashboard`."""
    for install in grafanas(site):
        home = values_home(site, install)
        if home and install.chart != _STACK:
            at = (*home.at, "sidecar", "dashboards")
            edits = (
                SetKey(at, "enabled", value=True, document=home.document),
                SetKey(at, "searchNamespace", "ALL", document=home.document),
            )
            yield Edit(home.file.root.name, home.file.path, edits, why)


def dashboard(
    site: Site[object], name: str, text: str, why: str
) -> Iterator[Generate | Edit | Leave]:
    """A dashboard (JSON) as a ConfigMap that Grafana picks up; nothing where there is none.

    A Grafana that only some environments have is given to all: its namespace holds the dashboard.
    """
    found = way(site)
    homes = grafanas(site)
    if found is None or not homes:
        return
    namespace = homes[0].namespace or "monitoring"
    for module in found.modules:
        if module.providers("kubernetes"):
            path = posixpath.join(_dashboards(values_folder(module, site)), f"{name}.json")
            yield Generate(module.root.name, path, text, why)
            resource = _RESOURCE.format(
                label=name.replace("-", "_"),
                name=name,
                namespace=namespace,
                path=from_module(module, path),
                after=_after(site, homes[0]),
            )
            file = posixpath.join(module.folder, f"dashboard-{name}.tf")
            yield Generate(module.root.name, file, resource, why)
    if found.model and not found.is_remote:
        body = textwrap.indent(text.rstrip("\n"), "    ")
        made = _OBJECT.format(name=name, namespace=namespace, text=body)
        yield from beside(found.model, f"dashboard-{name}", made, why)
    yield from read_config_maps(site, why)
    for home in homes:
        release = release_of(site, home)
        wish = everywhere(site, release, "dashboards in every environment") if release else None
        if wish:
            yield wish


def _dashboards(folder: str) -> str:
    return posixpath.join(posixpath.dirname(folder) if folder else "", "dashboards")


def _after(site: Site[object], install: Install) -> str:
    """The release that makes the namespace, by its address."""
    release = release_of(site, install)
    return release.block.address if release else ""


_RESOURCE = """\
resource "kubernetes_config_map" "dashboard_{label}" {{
  metadata {{
    name      = "dashboard-{name}"
    namespace = "{namespace}"
    labels = {{
      grafana_dashboard = "1"
    }}
  }}

  data = {{
    "{name}.json" = file("{path}")
  }}

  depends_on = [{after}]
}}
"""
_OBJECT = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: dashboard-{name}
  namespace: {namespace}
  labels:
    grafana_dashboard: "1"
data:
  {name}.json: |
{text}
"""
