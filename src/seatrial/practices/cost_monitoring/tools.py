"""What works out costs, watches a budget or exports a report: active pieces and their places."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from typing import Final

from seatrial.kit.delivery.releases import command_place
from seatrial.kit.platform.installs import installs
from seatrial.kit.site import Site, once
from seatrial.model.place import Place
from seatrial.model.struct import struct
from seatrial.practices.cost_monitoring.asking import asks, reads, reads_prices
from seatrial.repo.commands.shell import Command
from seatrial.repo.infrastructure.hcl import Block
from seatrial.repo.workflows import Job
from seatrial.repo.yaml import Node


class Part(enum.StrEnum):
    """Which part of cost monitoring a piece is."""

    KNOWN = "known"
    BUDGET = "budget"
    EXPORT = "export"


@struct
class Piece:
    """One active piece.

    Attributes:
        what: what it is, as the start of a sentence.
        alerts: for a budget, True when somebody hears of it.
    """

    part: Part
    what: str
    place: Place
    environments: tuple[str, ...] = ()
    alerts: bool = True
    tool: str = ""


_K, _B, _E = Part.KNOWN, Part.BUDGET, Part.EXPORT
_IN_CLUSTER: Final = (
    "opencost", "kubecost", "cost-analyzer", "finops-agent", "vantage-kubernetes-agent",
    "castai-agent", "cloudability-metrics-agent", "metrics-agent-cloudability", "cloudzero-agent",
    "k8s-collector-cloudhealth", "kubecost-cost-model",
)  # fmt: skip
_RESOURCES: Final[dict[str, tuple[Part, ...]]] = {
    "aws_cur_report_definition": (_K, _E),
    "aws_bcmdataexports_export": (_K, _E),
    "aws_ce_cost_category": (_K,),
    "aws_ce_anomaly_monitor": (_K,),
    "aws_ce_anomaly_subscription": (_B,),
    "aws_budgets_budget": (_B,),
    "google_billing_budget": (_B,),
    "azurerm_consumption_budget_subscription": (_B,),
    "azurerm_consumption_budget_resource_group": (_B,),
    "azurerm_consumption_budget_management_group": (_B,),
    "azurerm_cost_anomaly_alert": (_B,),
    "azurerm_cost_management_scheduled_action": (_K, _E),
    "azurerm_subscription_cost_management_export": (_K, _E),
    "azurerm_resource_group_cost_management_export": (_K, _E),
    "azurerm_billing_account_cost_management_export": (_K, _E),
    "oci_budget_budget": (_B,),
    "vantage_cost_report": (_K,),
    "vantage_budget": (_B,),
    "vantage_report_notification": (_E,),
}
_METRICS: Final = (
    "opencost", "kubecost", "node_total_hourly_cost", "node_cpu_hourly_cost", "pv_hourly_cost",
    "node_ram_hourly_cost", "container_cpu_allocation", "container_memory_allocation_bytes",
    "kube_cost", "estimatedcharges", "aws_billing_",
)  # fmt: skip
_NOTIFIERS: Final = ("notification", "all_updates_rule", "subscriber", "threshold_rules")


@once
def pieces(site: Site[object]) -> tuple[Piece, ...]:
    """All active pieces of the repositories."""
    return (*_terraform(site), *_cluster(site), *_alerts(site), *_pipelines(site))


def _terraform(site: Site[object]) -> Iterator[Piece]:
    for module in site.repo.terraform.modules:
        if module.is_example:
            continue
        for block in module.resources():
            kind = block.labels[0] if block.labels else ""
            for part in _RESOURCES.get(kind, ()):
                yield Piece(part, block.address, block.place, alerts=_tells(part, block))
            yield from _of_resource(kind, block)
            if kind == "kubernetes_manifest" and reads(module, block):
                yield Piece(_E, block.address, block.place)
        for call in module.calls:
            if "budget" in call.source.lower():
                yield Piece(_B, f"module {call.name} ({call.source})", call.place)


def _of_resource(kind: str, block: Block) -> Iterator[Piece]:
    if kind == "google_container_cluster" and block.child("cost_management_config"):
        yield Piece(_K, f"cost management of {block.address}", block.place)
    if kind == "azurerm_kubernetes_cluster" and _is_true(block, "cost_analysis_enabled"):
        yield Piece(_K, f"cost analysis of {block.address}", block.place)
    addon = block.attr("addon_name")
    if kind == "aws_eks_addon" and addon and "kubecost" in addon.text:
        yield Piece(_K, block.address, block.place, tool="kubecost")
    metric = block.attr("metric_name")
    if kind == "aws_cloudwatch_metric_alarm" and metric and metric.constant == "EstimatedCharges":
        actions = block.attr("alarm_actions")
        yield Piece(_B, block.address, block.place, alerts=bool(actions and actions.text != "[]"))


def _tells(part: Part, block: Block) -> bool:
    if part is not Part.BUDGET or "budget" not in block.labels[0]:
        return True
    return any(block.child(n) or block.attr(n) for n in _NOTIFIERS) or block.labels[0] == (
        "oci_budget_budget"
    )


def _is_true(block: Block, name: str) -> bool:
    value = block.attr(name)
    return value is not None and value.constant is True


def _cluster(site: Site[object]) -> Iterator[Piece]:
    for release in site.repo.helm_releases:
        tool = _tool(release.chart)
        if tool and not release.limit.off:
            yield Piece(_K, f"{tool} ({release.block.address})", release.place,
                        release.environments, tool=tool)  # fmt: skip
    for manifest in site.repo.manifests:
        spec = manifest.node.at("spec")
        names = [spec.at("chart", "spec", "chart").text, spec.at("source", "chart").text]
        names += [s.at("chart").text for s in spec.at("sources").items()]
        images = [c.at("image").text for c in manifest.containers]
        tool = next(filter(None, map(_tool, (*names, *images))), "")
        if tool:
            yield Piece(_K, f"{tool} ({manifest.kind}/{manifest.name})", manifest.place(),
                        manifest.environments, tool=tool)  # fmt: skip
        if manifest.kind == "CronJob" and asks(manifest.containers):
            yield Piece(_E, f"{manifest.kind}/{manifest.name}", manifest.place(),
                        manifest.environments)  # fmt: skip
    for chart in site.repo.charts:
        for dependency in chart.dependencies:
            tool = _tool(dependency.name)
            if tool and not dependency.condition:
                yield Piece(_K, f"{tool} (chart {chart.name})", dependency.place, tool=tool)


def _tool(name: str) -> str:
    last = name.rpartition("@")[0] or name
    last = last.rpartition("/")[2].partition(":")[0].lower()
    return next((word for word in _IN_CLUSTER if last.startswith(word)), "")


def _alerts(site: Site[object]) -> Iterator[Piece]:
    yield from _plain_rules(site)
    for manifest in site.repo.manifests:
        if manifest.kind != "PrometheusRule":
            continue
        for group in manifest.node.at("spec", "groups").items():
            for rule in group.at("rules").items():
                expression = rule.at("expr").text.lower()
                if rule.has("alert") and any(metric in expression for metric in _METRICS):
                    what = f"alert {rule.at('alert').text}"
                    place = manifest.place("spec", "groups")
                    yield Piece(_B, what, place, manifest.environments)


def _plain_rules(site: Site[object]) -> Iterator[Piece]:
    """Rules that a chart gets as values, or from files of a folder that Terraform reads."""
    for install in installs(site):
        for layer in install.layers:
            for holder in ("serverFiles", "additionalPrometheusRulesMap"):
                for name, node in layer.node.at(holder).pairs():
                    place = layer.place(holder, name)
                    yield from _watching(node, place, install.environments)
    read = [
        e.text
        for release in site.repo.helm_releases
        for e in release.block.attributes.values()
        if "fileset(" in e.text
    ]
    for file in site.repo.files():
        if file.suffix not in {".yaml", ".yml"} or "alert:" not in file.text:
            continue
        if any(f"/{part}" in text for part in file.folder.split("/") if part for text in read):
            yield from _watching(file.yaml.first, file.place(), ())


def _watching(node: Node, place: Place, environments: tuple[str, ...]) -> Iterator[Piece]:
    for group in node.at("groups").items():
        for rule in group.at("rules").items():
            expression = rule.at("expr").text.lower()
            if rule.has("alert") and any(metric in expression for metric in _METRICS):
                yield Piece(_B, f"alert {rule.at('alert').text}", place, environments)


_ACTIONS: Final = ("infracost/", "kubecost/cost-prediction-action", "opencost/", "terracost")


def _pipelines(site: Site[object]) -> Iterator[Piece]:
    for workflow in site.repo.workflows:
        scheduled = workflow.trigger("schedule") is not None
        for job in workflow.jobs:
            if not job.is_off:
                yield from _of_job(site, job, scheduled=scheduled)


def _of_job(site: Site[object], job: Job, *, scheduled: bool) -> Iterator[Piece]:
    for step in job.all_steps:
        uses = step.uses
        if uses and uses.name.lower().startswith(_ACTIONS) and "/setup" not in uses.name:
            yield Piece(_K, f"{uses.name} in job {job.id}", uses.place)
        for command in site.repo.followed(step.commands, step.file):
            if _prices(site, command):
                place = command_place(step, command)
                yield Piece(_K, f"{command.text} in job {job.id}", place)
                if scheduled:
                    yield Piece(_E, f"the scheduled {command.text} in job {job.id}", place)


def _prices(site: Site[object], command: Command) -> bool:
    words = command.words[:2]
    if command.program.startswith("python"):
        return reads_prices(site, command)
    if command.program == "infracost":
        return words[:1] in {("breakdown",), ("diff",), ("comment",), ("scan",)}
    if command.program == "aws":
        return words in {("ce", "get-cost-and-usage"), ("ce", "get-cost-forecast")}
    if command.program == "az":
        return words in {("consumption", "usage"), ("costmanagement", "query")}
    return command.starts("kubectl", "cost") or command.starts("seatrial", "cost")
