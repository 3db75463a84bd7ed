"""What the plan installs to collect logs: Loki as the store, Alloy as the collector."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.addonobjects import Addon
from seatrial.kit.planning.addons import environment_expression, install, way
from seatrial.kit.planning.grafana import dashboard, datasource
from seatrial.kit.planning.render import render
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Generate, Leave
from seatrial.model.struct import struct
from seatrial.repo.infrastructure.hcl import Block
from seatrial.repo.infrastructure.tfmodules import Module

_PRACTICE: Final = "centralized_logging"
LOKI: Final = ("https://grafana-community.github.io/helm-charts", "18.13.1")
"""Chart repository and version of Loki, which moved there in March 2026."""
ALLOY: Final = ("https://grafana.github.io/helm-charts", "1.11.1")
NAMESPACE: Final = "logging"
DAYS: Final = 31
"""How long logs are kept, in days."""
_URL: Final = "http://loki-gateway.logging.svc"


@struct
class _Bucket:
    terraform: str
    values: str


def store(site: Site[object]) -> Iterator[Generate | Edit | Leave]:
    """Yield Loki, with its data source and dashboard for the Grafana that is there."""
    found = way(site)
    module = found.modules[0] if found and len(found.modules) == 1 else None
    bucket = _bucket(module) if module else None
    values = render(
        _PRACTICE,
        "helm-values/loki.yaml.j2",
        bucket=bucket is not None,
        store="s3" if bucket else "filesystem",
        secret="loki-bucket",  # noqa: S106 (name of an object, no secret)
        days=DAYS,
    )
    reason = "keeps the logs of every environment, deletes them after a month"
    addon = Addon(
        "loki",
        "loki",
        LOKI[0],
        LOKI[1],
        NAMESPACE,
        values,
        reason,
        bucket.terraform if bucket else "",
        (bucket.values,) if bucket else (),
        ("kubernetes_namespace.logging", "kubernetes_secret.loki_bucket") if bucket else (),
    )
    yield from install(site, addon)
    source = f"name: Loki\ntype: loki\naccess: proxy\nurl: {_URL}\n"
    yield from datasource(site, source, "search the logs in Grafana")
    text = render(_PRACTICE, "dashboards/logs.json.j2")
    yield from dashboard(site, "logs", text, "logs by service, level and request id")


def collector(site: Site[object], url: str = _URL) -> Iterator[Generate | Edit]:
    """Yield Alloy, which reads every pod's log files and sends them to a Loki."""
    found = way(site)
    module = found.modules[0] if found and found.modules else None
    named = environment_expression(module) if module else ""
    values = render(
        _PRACTICE, "helm-values/alloy.yaml.j2", url=url.rstrip("/"), environment=bool(named)
    )
    reason = "reads every pod's logs, keeps tracebacks whole, takes secrets out"
    yield from install(
        site,
        Addon(
            "alloy",
            "alloy",
            ALLOY[0],
            ALLOY[1],
            NAMESPACE,
            values,
            reason,
            computed=(_environment(named),) if named else (),
        ),
    )


def _environment(expression: str) -> str:
    # A list of values replaces the one below it, so the node's name is told again.
    node = '{ name = "NODE_NAME", valueFrom = { fieldRef = { fieldPath = "spec.nodeName" } } }'
    own = f'{{ name = "ENVIRONMENT", value = {expression} }}'
    return f"yamlencode({{ alloy = {{ extraEnv = [{node}, {own}] }} }})"


def _bucket(module: Module) -> _Bucket | None:
    """A bucket of the cluster's own provider, where its providers are all set up."""
    clusters = module.resources("linode_lke_cluster")
    if not clusters or not module.providers("kubernetes"):
        return None
    cluster: Block = clusters[0]
    region = cluster.attr("region")
    text = render(
        _PRACTICE,
        "terraform/bucket_linode.tf.j2",
        cluster=cluster.address,
        region=region.text if region else f"{cluster.address}.region",
        days=DAYS,
    )
    return _Bucket(text, _LINODE)


_LINODE: Final = """yamlencode({
      loki = {
        storage = {
          type = "s3"
          bucketNames = {
            chunks = linode_object_storage_bucket.loki.label
            ruler  = linode_object_storage_bucket.loki.label
            admin  = linode_object_storage_bucket.loki.label
          }
          s3 = {
            endpoint         = linode_object_storage_bucket.loki.s3_endpoint
            region           = linode_object_storage_bucket.loki.region
            s3ForcePathStyle = true
          }
        }
      }
    })"""
