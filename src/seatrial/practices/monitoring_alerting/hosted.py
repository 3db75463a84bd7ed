"""Alerts and objectives that Terraform or an operator declares at a hosted or cloud service."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.platform.installs import resources, scope_at
from seatrial.kit.platform.live import live_manifests
from seatrial.kit.site import Site, once
from seatrial.model.place import Place
from seatrial.model.struct import struct
from seatrial.practices.monitoring_alerting.topics import topics, unread
from seatrial.repo.infrastructure.hcl import Block


@struct
class Watch:
    """An alert of a hosted or cloud service.

    Attributes:
        tells: True when it leads to somebody.
    """

    what: str
    place: Place
    environments: tuple[str, ...]
    tells: bool


_WATCHES: Final = {
    "datadog_monitor": ("message", "@"),
    "datadog_synthetics_test": ("message", "@"),
    "aws_cloudwatch_metric_alarm": ("alarm_actions", ""),
    "aws_cloudwatch_composite_alarm": ("alarm_actions", ""),
    "google_monitoring_alert_policy": ("notification_channels", ""),
    "newrelic_nrql_alert_condition": ("", ""),
    "newrelic_alert_condition": ("", ""),
    "grafana_rule_group": ("", ""),
    "pingdom_check": ("integrationids", ""),
    "betteruptime_monitor": ("", ""),
    "uptimerobot_monitor": ("", ""),
    "statuscake_uptime_check": ("contact_groups", ""),
    "checkly_check": ("", ""),
    "honeycombio_trigger": ("", ""),
    "signalfx_detector": ("", ""),
    "digitalocean_monitor_alert": ("", ""),
}
_CHANNELS: Final = (
    "newrelic_notification_channel",
    "newrelic_workflow",
    "grafana_contact_point",
    "betteruptime_policy",
    "checkly_alert_channel",
    "pagerduty_service_integration",
    "uptimerobot_alert_contact",
    "honeycombio_",
)
_SLOS: Final = (
    "google_monitoring_slo",
    "datadog_service_level_objective",
    "aws_applicationsignals_service_level_objective",
    "grafana_slo",
    "newrelic_service_level",
    "nobl9_slo",
    "honeycombio_slo",
)


@once
def watches(site: Site[object]) -> tuple[Watch, ...]:
    """Alerts that Terraform or an operator declares at a hosted or cloud service."""
    channels = any(True for _ in resources(site, *_CHANNELS))
    found: list[Watch] = []
    for kind, (attribute, word) in _WATCHES.items():
        for module, block in resources(site, kind):
            enabled = block.attr("enabled")
            if block.labels[0] != kind or (enabled and module.resolve(enabled) is False):
                continue
            tells = _tells(block, attribute, word) if attribute else channels
            tells = tells and not _unheard(site, block)
            found.append(Watch(block.address, block.place, scope_at(site, block.place), tells))
    for _, block in resources(site, "azurerm_monitor_"):
        if "alert" in block.labels[0]:
            tells = bool(block.children("action"))
            found.append(Watch(block.address, block.place, scope_at(site, block.place), tells))
    for m in live_manifests(site):
        if m.kind == "DatadogMonitor":
            tells = "@" in m.node.at("spec", "message").text
            found.append(Watch(f"{m.kind}/{m.name}", m.place(), m.environments, tells))
    return tuple(found)


def _unheard(site: Site[object], block: Block) -> bool:
    """True when all that an alarm does is to publish where nothing reads."""
    actions = block.attr("alarm_actions")
    references = actions.references if actions else ()
    named = set(topics(references))
    return bool(named) and len(named) == len(references) and named <= unread(site)


def _tells(block: Block, attribute: str, word: str) -> bool:
    silenced = block.attr("actions_enabled")
    if silenced and silenced.text == "false":
        return False
    value = block.attr(attribute)
    text = value.text.replace(" ", "") if value else ""
    return text not in {"", "[]", '""'} and word in text


def objectives(site: Site[object]) -> Iterator[tuple[str, Place, tuple[str, ...]]]:
    """Yield declared SLOs: what, place, environments."""
    for m in live_manifests(site):
        if m.kind in {"PrometheusServiceLevel", "ServiceLevelObjective", "SLO", "DatadogSLO"}:
            yield f"{m.kind}/{m.name}", m.place(), m.environments
    for _, block in resources(site, *_SLOS):
        yield block.address, block.place, scope_at(site, block.place)
    for root in site.repo.roots:
        for file in root.files.values():
            if file.suffix not in {".yaml", ".yml"} or "slo" not in file.path.lower():
                continue
            node = file.yaml.first
            if node.at("version").text == "prometheus/v1" and node.at("slos").items():
                yield f"{file.name} (Sloth)", file.place(node.line_of("slos")), ()
