"""Replication between regions, routing by health, and rehearsals: pieces and their faults."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from seatrial.kit.platform.live import is_aside
from seatrial.kit.site import Site, once
from seatrial.model.place import Place

if TYPE_CHECKING:
    from seatrial.repo.infrastructure.hcl import Block
    from seatrial.repo.infrastructure.tfmodules import Module
    from seatrial.repo.yaml import Node

_REPLICATED: Final = {
    "aws_rds_global_cluster": "a global database",
    "aws_dynamodb_global_table": "a global table",
    "aws_dynamodb_table_replica": "a replica in another region",
    "aws_docdb_global_cluster": "a global cluster",
    "aws_elasticache_global_replication_group": "a global replication group",
    "aws_s3_bucket_replication_configuration": "replication of a bucket",
    "aws_db_instance_automated_backups_replication": "backups in another region",
    "aws_ecr_replication_configuration": "replication of images",
    "aws_secretsmanager_secret_replica": "replicas of a secret",
    "azurerm_mssql_failover_group": "a failover group",
    "azurerm_sql_failover_group": "a failover group",
    "azurerm_postgresql_flexible_server_virtual_endpoint": "a virtual endpoint over replicas",
    "mongodbatlas_global_cluster_config": "a global cluster",
    "google_spanner_instance_config": "a configuration of its own",
}
_ROUTERS: Final = {
    "aws_route53_health_check": "a health check of DNS",
    "aws_globalaccelerator_endpoint_group": "an accelerator's endpoint group",
    "aws_route53recoverycontrolconfig_routing_control": "a routing control",
    "azurerm_traffic_manager_profile": "a traffic manager",
    "azurerm_cdn_frontdoor_origin_group": "a group of origins with probes",
    "azurerm_frontdoor": "a front door",
    "cloudflare_load_balancer": "a load balancer over pools",
    "ns1_record": "a record with filters",
}
_POLICIES: Final = (
    "failover_routing_policy",
    "latency_routing_policy",
    "geolocation_routing_policy",
    "geoproximity_routing_policy",
)
_KINDS: Final = frozenset(
    {"MultiClusterIngress", "Gslb", "GlobalRateLimitPolicy", "KarmadaFailover", "FailoverPolicy"}
)
_EXTERNAL_DNS: Final = "external-dns.alpha.kubernetes.io/"
_DRILLS: Final = ("failover", "failback", "region-drill", "dr-drill", "switchover", "gameday")

_SWITCH: Final = re.compile(r"(?:if|with)\s+\.Values\.(standby\w*)")
_INIT: Final = ("spec", "template", "spec", "initContainers")

Piece = tuple[Place, str]


@once
def replicas(site: Site[object]) -> tuple[Piece, ...]:
    """Pieces of data that is kept in more than one region."""
    return (*_terraform_replicas(site), *_object_replicas(site))


def _terraform_replicas(site: Site[object]) -> Iterator[Piece]:
    for module, block in _resources(site):
        kind = block.labels[0]
        if kind in _REPLICATED:
            yield block.place, f"{block.address} keeps the data in another region"
        elif kind == "aws_dynamodb_table" and block.child("replica"):
            yield block.place, f"{block.address} has replicas in other regions"
        elif kind == "azurerm_cosmosdb_account" and len(block.children("geo_location")) > 1:
            yield block.place, f"{block.address} has several locations"
        elif _is_far_replica(block):
            yield block.place, f"{block.address} replicates into another region"
        elif kind == "google_storage_bucket" and module.text(block.attr("location")).upper() in {
            "US", "EU", "ASIA", "NAM4", "EUR4", "ASIA1"
        }:  # fmt: skip
            yield block.place, f"{block.address} lies in several regions"
        elif kind == "google_spanner_instance" and _is_wide(module.text(block.attr("config"))):
            yield block.place, f"{block.address} spans regions"


def _is_wide(config: str) -> bool:
    return config.rpartition("/")[2].startswith(("nam", "eur", "asia")) and "regional" not in config


def _is_far_replica(block: Block) -> bool:
    source = block.attr("replicate_source_db") or block.attr("master_instance_name")
    source = source or block.attr("source_server_id") or block.attr("replication_source_identifier")
    if source is None:
        return False
    other = block.attr("provider") is not None or "arn:" in source.text or ".arn" in source.text
    return other or block.attr("region") is not None


def _object_replicas(site: Site[object]) -> Iterator[Piece]:
    switches = _standby_switches(site)
    for manifest in site.repo.manifests:
        if is_aside(manifest.file.path):
            continue
        spec = manifest.node.at("spec")
        name = f"{manifest.kind}/{manifest.name}"
        if manifest.api_version.startswith("postgresql.cnpg.io/") and (
            spec.at("replica", "enabled").value is True or spec.at("replica", "primary")
        ):
            yield manifest.place("spec", "replica"), f"{name} follows a cluster elsewhere"
        if manifest.kind == "PostgresCluster" and spec.at("standby", "enabled").value is True:
            yield manifest.place("spec", "standby"), f"{name} is a standby"
        if any(_copies_a_primary(c) for c in manifest.node.at(*_INIT).items()):
            yield manifest.place(*_INIT), f"{name} starts as a standby of another server"
        given = spec.at("source", "helm", "valuesObject")
        if manifest.kind == "Application" and set(given.names()) & switches:
            yield manifest.place("spec", "source"), f"{name} runs its database as a standby"


def _standby_switches(site: Site[object]) -> frozenset[str]:
    """Keys of values with which a chart's database starts as a standby."""
    texts = [f.text for c in site.repo.charts for f in c.templates]
    following = [t for t in texts if "pg_basebackup" in t and "--write-recovery-conf" in t]
    return frozenset(key for t in following for key in _SWITCH.findall(t))


def _copies_a_primary(container: Node) -> bool:
    """A base backup that goes on to follow the server that it was taken from."""
    words = " ".join(n.text for key in ("command", "args") for n in container.at(key).items())
    return "pg_basebackup" in words and (
        "--write-recovery-conf" in words or " -R" in words or "standby.signal" in words
    )


@once
def routers(site: Site[object]) -> tuple[Piece, ...]:
    """Pieces that send traffic where it is healthy."""
    return (*_terraform_routers(site), *_object_routers(site))


def _terraform_routers(site: Site[object]) -> Iterator[Piece]:
    for _, block in _resources(site):
        kind = block.labels[0]
        if _ROUTERS.get(kind):
            yield block.place, f"{block.address} sends traffic where it is healthy"
        elif routes_blindly(block) is False:
            yield block.place, f"{block.address} follows health between regions"


def routes_blindly(block: Block) -> bool | None:
    """For a record with a routing policy: whether it knows no health; None for other blocks."""
    if block.labels[:1] != ("aws_route53_record",):
        return None
    if not any(block.child(policy) for policy in _POLICIES):
        return None
    alias = block.child("alias")
    target = alias.attr("evaluate_target_health") if alias else None
    return block.attr("health_check_id") is None and not (target and target.constant is True)


def _object_routers(site: Site[object]) -> Iterator[Piece]:
    for manifest in site.repo.manifests:
        if is_aside(manifest.file.path):
            continue
        name = f"{manifest.kind}/{manifest.name}"
        if manifest.kind in _KINDS:
            yield manifest.place(), f"{name} sends traffic to the cluster that is healthy"
        notes = manifest.annotations
        if manifest.kind == "Ingress" and "k8gb.io/strategy" in notes:
            yield manifest.place("metadata", "annotations"), f"DNS of {name} follows health (k8gb)"
        policies = ("aws-failover", "aws-region", "aws-geolocation")
        checked = _EXTERNAL_DNS + "aws-health-check-id" in notes
        if checked and any(_EXTERNAL_DNS + p in notes for p in policies):
            place = manifest.place("metadata", "annotations")
            yield place, f"DNS of {name} follows a health check"


@once
def rehearsals(site: Site[object]) -> tuple[Piece, ...]:
    """Drills of a failover that a pipeline or an experiment runs."""
    return tuple(_rehearsals(site))


def _rehearsals(site: Site[object]) -> Iterator[Piece]:
    for workflow in site.repo.workflows:
        names = f"{workflow.file.name} {workflow.node.at('name').text}".lower().replace(" ", "-")
        for job in workflow.jobs:
            if job.is_off or not job.steps:
                continue
            text = f"{names} {job.id} {job.name}".lower().replace(" ", "-")
            if any(word in text for word in _DRILLS) or any(
                c.starts("seatrial", "regions", "failover") for c in job.commands
            ):
                yield job.place, f"job {job.id} runs a failover"
    for _, block in _resources(site):
        if block.labels[0] == "aws_fis_experiment_template":
            yield block.place, f"{block.address} takes something away on purpose"


def _resources(site: Site[object]) -> Iterator[tuple[Module, Block]]:
    for module in site.repo.terraform.modules:
        if not (module.is_example or module.is_library):
            yield from ((module, b) for b in module.resources() if b.labels)


def blind_records(site: Site[object]) -> Iterator[Block]:
    """Records that choose between regions and know no health."""
    return (block for _, block in _resources(site) if routes_blindly(block))


def slow_records(site: Site[object], limit: int) -> Iterator[tuple[Block, int]]:
    """Records that fail over with a time to live above the limit."""
    for module, block in _resources(site):
        ttl = module.resolve(block.attr("ttl"))
        if routes_blindly(block) is not None and isinstance(ttl, int) and ttl > limit:
            yield block, ttl
