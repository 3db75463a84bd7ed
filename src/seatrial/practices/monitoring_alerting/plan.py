"""Measures every service in every environment, and tells people when an objective is in danger.

In the system's own Prometheus (chart values through Terraform or Flux; kube-prometheus-stack where
there is none): scrape jobs, rules from the objectives of `seatrial.yaml` with several windows and
burn rates, rules for the platform, each with a unit test for promtool that a workflow runs; routes
and receivers of Alertmanager whose addresses come from a Secret; a dead man's switch; a dashboard
for each service; `docs/runbooks/alerts.md`. Python applications without metrics get a module
`metrics.py` beside the file that makes the application, and one call of it.
"""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.planning.addonobjects import Addon
from seatrial.kit.planning.addons import install, way
from seatrial.kit.planning.composed import running
from seatrial.kit.planning.grafana import dashboard
from seatrial.kit.planning.prometheus import prometheus
from seatrial.kit.platform.cluster import has_cluster
from seatrial.kit.site import Site
from seatrial.model.change import Leave, Wish
from seatrial.practices.monitoring_alerting.boards import board
from seatrial.practices.monitoring_alerting.composestack import compose_stack
from seatrial.practices.monitoring_alerting.deliverers import deliverers
from seatrial.practices.monitoring_alerting.hosted import watches
from seatrial.practices.monitoring_alerting.instruments import instrumented
from seatrial.practices.monitoring_alerting.leftovers import leftovers
from seatrial.practices.monitoring_alerting.paging import asked_for, paging
from seatrial.practices.monitoring_alerting.rulefiles import rule_files
from seatrial.practices.monitoring_alerting.ruleset import objectives
from seatrial.practices.monitoring_alerting.scraping import scraping
from seatrial.practices.monitoring_alerting.services import dialect, measured
from seatrial.practices.monitoring_alerting.settings import Settings
from seatrial.practices.monitoring_alerting.sources import sources
from seatrial.practices.monitoring_alerting.spots import elsewhere, where
from seatrial.practices.monitoring_alerting.stack import stack_values
from seatrial.practices.monitoring_alerting.standing import covered


def plan(site: Site[Settings]) -> Iterator[Wish]:
    """Yield what scraping, alerting and paging lack."""
    yield from leftovers(site)
    if elsewhere(site) and prometheus(site).install is None:
        return
    compose = running(site)
    if compose and not watches(site) and not sources(site):
        yield from compose_stack(site, compose)
        yield from instrumented(site)
        yield from rule_files(site)
        return
    if not _is_ours(site):
        return
    seen = prometheus(site)
    if seen.install is None:
        yield from install(site, _stack(site))
    yield from scraping(site)
    if not covered(site).slos:
        yield from instrumented(site)
    yield from rule_files(site)
    edits = list(paging(site))
    yield from edits
    if edits or seen.install is None:
        yield asked_for(seen.namespace)
    yield from deliverers(site)
    yield from _boards(site)


def _is_ours(site: Site[Settings]) -> bool:
    """True where a Prometheus is, or can be, installed; a hosted service is left as it is."""
    return bool(prometheus(site).install) or (not watches(site) and bool(way(site)))


def _stack(site: Site[Settings]) -> Addon:
    return Addon(
        "kube-prometheus-stack",
        "kube-prometheus-stack",
        "https://prometheus-community.github.io/helm-charts",
        "85.2.1",
        prometheus(site).namespace,
        stack_values(),
        "measures all services and brings alerts to people",
    )


def _boards(site: Site[Settings]) -> Iterator[Wish]:
    words = dialect(site)
    for service in measured(site) if words else ():
        if words:
            text = board(service, objectives(site), words)
            why = f"{service.name} against its objectives, at a glance"
            yield from dashboard(site, f"service-{service.name}", text, why)
    if has_cluster(site) and not measured(site) and not covered(site).slos:
        text = (
            "no service counts its requests in a way that is known; until one does, the objective"
        )
        yield Leave(f"{text} is that a pod is ready: add a metrics library", where(site))
