"""Shippers that a cloud brings along: log drivers of tasks, agents of managed clusters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.platform.cluster import has_cluster
from seatrial.kit.platform.installs import live_modules, resources, scope_at
from seatrial.kit.site import Site
from seatrial.model.struct import replace
from seatrial.practices.centralized_logging.parts import Shipper
from seatrial.repo.infrastructure.hcl import Block


def of_terraform(site: Site[object]) -> Iterator[Shipper]:
    """Yield all that Terraform declares."""
    yield from _of_tasks(site)
    yield from _of_functions(site)
    yield from _of_modules(site)
    for kind, name, hosted, needs in _MANAGED:
        for _, block in resources(site, kind):
            switched_off = _text(block, "logging_service") == "none"
            if not switched_off and (not needs or block.child(needs) or block.attr(needs)):
                yield Shipper(name, block.place, scope_at(site, block.place), hosted)


_MANAGED: Final = (
    ("google_container_cluster", "GKE's logging agent", "Cloud Logging", ""),
    ("google_cloud_run", "Cloud Run", "Cloud Logging", ""),
    ("azurerm_kubernetes_cluster", "the OMS agent", "Log Analytics", "oms_agent"),
    (
        "azurerm_container_app_environment",
        "Container Apps",
        "Log Analytics",
        "log_analytics_workspace_id",
    ),
    ("heroku_drain", "the Heroku drain", "a hosted service", ""),
)


def _of_functions(site: Site[object]) -> Iterator[Shipper]:
    """Functions and their kin, whose platform takes every line; beside a cluster they say little.

    Each is told once: which of them writes what does not matter here.
    """
    for kind, name, hosted in _FUNCTIONS if not has_cluster(site) else ():
        for _, block in resources(site, kind):
            yield Shipper(name, block.place, scope_at(site, block.place), hosted, of_tasks=True)
            break


_FUNCTIONS: Final = (
    ("aws_lambda_function", "Lambda", "CloudWatch"),
    ("aws_apprunner_service", "App Runner", "CloudWatch"),
    ("google_cloudfunctions", "Cloud Functions", "Cloud Logging"),
    ("google_app_engine_", "App Engine", "Cloud Logging"),
)


def _text(block: Block, name: str) -> str:
    found = block.attr(name)
    return found.text.strip('"') if found else ""


def _of_tasks(site: Site[object]) -> Iterator[Shipper]:
    """Log drivers of ECS tasks, wherever their containers are written down."""
    for module in live_modules(site):
        tasks = module.resources("aws_ecs_task_definition")
        if not tasks:
            continue
        written = [*module.locals.values(), *(b.attr("container_definitions") for b in tasks)]
        for expression in written:
            text = expression.text if expression else ""
            driver = next((d for d in ("awslogs", "awsfirelens", "splunk") if d in text), "")
            if expression and driver and "logConfiguration" in text:
                line = text[: text.index("logConfiguration")].count("\n")
                place = replace(expression.place, line=expression.place.line + line, column=1)
                hosted = {"awslogs": "CloudWatch", "splunk": "Splunk"}.get(driver, "")
                name = f"the {driver} driver of the tasks"
                yield Shipper(name, place, scope_at(site, place), hosted, of_tasks=True)


def _of_modules(site: Site[object]) -> Iterator[Shipper]:
    for module in live_modules(site):
        for call in module.calls:
            scope = scope_at(site, call.place)
            if "terraform-aws-modules/ecs" in call.source and "cluster" not in call.source:
                name = "the awslogs driver of the tasks"
                yield Shipper(name, call.place, scope, "CloudWatch", of_tasks=True)
            if _is_gke(call.source) and _text(call.block, "logging_service") != "none":
                yield Shipper("GKE's logging agent", call.place, scope, "Cloud Logging")


def _is_gke(source: str) -> bool:
    beside = (
        "/acm",
        "/asm",
        "/hub",
        "/fleet",
        "/auth",
        "/workload-identity",
        "/binary",
        "/services",
    )
    return "kubernetes-engine" in source and not any(b in source for b in beside)
