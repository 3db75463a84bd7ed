"""Alerts whose metrics nothing exposes: they look like cover and can never fire."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.platform.installs import installs
from seatrial.kit.platform.live import is_aside
from seatrial.kit.site import Site, once
from seatrial.practices.monitoring_alerting.promql import metrics, parse
from seatrial.practices.monitoring_alerting.rules import Alert, alerts, default_rules, records
from seatrial.practices.monitoring_alerting.settings import Settings
from seatrial.practices.monitoring_alerting.sources import has_exporter

_SWITCHES: Final = {
    "kube_": (("kube-state-metrics", "enabled"), ("kubeStateMetrics", "enabled")),
    "node_": (
        ("prometheus-node-exporter", "enabled"),
        ("nodeExporter", "enabled"),
        ("nodeExporter", "operatingSystems", "linux", "enabled"),
    ),
    "push_": (("prometheus-pushgateway", "enabled"),),
}
_EXPORTERS: Final = {
    "probe_": ("blackbox", "probe"),
    "pg_": ("postgres", "cloudnative-pg", "cnpg", "Cluster"),
    "redis_": ("redis",),
    "mysql_": ("mysql", "mariadb"),
    "rabbitmq_": ("rabbitmq",),
    "certmanager_": ("cert-manager",),
    "velero_": ("velero",),
}
_FOREIGN: Final = tuple(
    "http_ grpc_ rpc_ process_ python_ go_ jvm_ nodejs_ django_ flask_ fastapi_ starlette_ celery_"
    " sidekiq_ ruby_ rails_ puma_ hikaricp_ tomcat_ logback_ system_ disk_ executor_ spring_ istio_"
    " envoy_ nginx_ pg_ redis_ mysql_ mongodb_ rabbitmq_ kafka_ elasticsearch_ traefik_ haproxy_"
    " certmanager_ argocd_ gotk_ flux_ controller_ workqueue_ rest_client_ apiserver_ kubelet_"
    " etcd_ coredns_ prometheus_ alertmanager_ grafana_ loki_ up ALERTS scrape_ container_ machine_"
    " cadvisor_ kube_ node_ probe_ push_ aws_ stackdriver_ otelcol_ velero_ cnpg_ minio_ keda_"
    " vault_ request_ response_ route_ kubernetes_ gitlab_ jenkins_ cilium_ hubble_ ceph_ windows_"
    " volume_manager_ scheduler_ authentication_ aggregator_ net_ absent time vector".split()
)
_CODE: Final = frozenset(
    ".py .js .ts .mjs .go .java .kt .rb .cs .rs .php .ex .scala .yml .yaml".split()
)
_SUFFIXES: Final = tuple("_total _bucket _count _sum _created _seconds _bytes _info".split())
_MIN_TAIL: Final = 9
_MAX_FILES: Final = 400


def unfed(site: Site[Settings]) -> Iterator[tuple[Alert, str, str]]:
    """Yield alert, metric and reason for each alert that nothing feeds."""
    for alert in alerts(site):
        tree = parse(alert.expression) if alert.expression else None
        for name in metrics(tree) if tree else ():
            reason = _reason(site, name)
            if reason:
                yield alert, name, reason
                break


def _reason(site: Site[Settings], name: str) -> str:
    if any(name.startswith(f) for f in site.settings.foreign_metrics):
        return ""
    for prefix, paths in _SWITCHES.items():
        if name.startswith(prefix):
            for install in installs(site):
                if any(install.is_off(*path) for path in paths):
                    return f"{'.'.join(next(p for p in paths if install.is_off(*p)))} is off"
    for prefix, words in _EXPORTERS.items():
        if name.startswith(prefix) and not has_exporter(site, *words) and not _by_code(site, name):
            return f"no exporter of {prefix}* metrics is installed"
    if ":" in name:
        known = {r.name for r in records(site)}
        return "" if name in known or default_rules(site) else "no rule records it"
    if name.startswith(_FOREIGN) or not site.repo.dependencies or _by_code(site, name):
        return ""
    return "no code and no exporter here exposes it"


def _by_code(site: Site[Settings], name: str) -> bool:
    base = name
    for suffix in _SUFFIXES:
        base = base.removesuffix(suffix)
    tail = base.partition("_")[2]
    # A namespace may be given apart from the name: `Counter(name, namespace="shop")`.
    return any(base in text or (len(tail) >= _MIN_TAIL and tail in text) for text in _texts(site))


@once
def _texts(site: Site[object]) -> tuple[str, ...]:
    found: list[str] = []
    for file in site.repo.files():
        if file.suffix not in _CODE or is_aside(file.path) or len(found) >= _MAX_FILES:
            continue
        text = file.text
        if ("alert:" in text and "expr:" in text) or "alertname" in text:
            continue
        low = text.lower()
        if any(w in low for w in ("counter", "histogram", "gauge", "metric", "summary")):
            found.append(text)
    return tuple(found)
