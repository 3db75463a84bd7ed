"""Which cloud resources carry tags that tell whose cost they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.site import Site
from seatrial.model.place import Place
from seatrial.model.struct import struct
from seatrial.practices.cost_monitoring.settings import Settings
from seatrial.repo.infrastructure.hcl import Block, Expression
from seatrial.repo.infrastructure.hclunknown import Value
from seatrial.repo.infrastructure.tfmodules import Module

_TAGGABLE: Final = frozenset(
    "aws_instance aws_eks_cluster aws_eks_node_group aws_db_instance aws_rds_cluster aws_s3_bucket"
    " aws_lb aws_nat_gateway aws_vpc aws_ecs_cluster aws_ecs_service aws_lambda_function"
    " aws_dynamodb_table aws_elasticache_cluster aws_elasticache_replication_group aws_sqs_queue"
    " aws_ecr_repository aws_mq_broker aws_apprunner_service aws_msk_cluster aws_opensearch_domain"
    " aws_autoscaling_group aws_ebs_volume aws_efs_file_system aws_cloudfront_distribution"
    " google_container_cluster google_sql_database_instance google_compute_instance"
    " google_storage_bucket google_redis_instance google_cloud_run_service"
    " google_cloud_run_v2_service google_pubsub_topic azurerm_resource_group"
    " azurerm_kubernetes_cluster azurerm_storage_account"
    " azurerm_postgresql_flexible_server azurerm_mssql_database azurerm_linux_web_app"
    " azurerm_container_app azurerm_linux_virtual_machine linode_instance linode_lke_cluster"
    " linode_volume linode_nodebalancer digitalocean_droplet digitalocean_kubernetes_cluster"
    " digitalocean_database_cluster digitalocean_volume digitalocean_loadbalancer hcloud_server"
    " hcloud_volume hcloud_load_balancer scaleway_k8s_cluster scaleway_instance_server".split()
)
_ATTRIBUTES: Final = ("tags", "labels", "resource_labels", "user_labels", "tags_all")
_MODULE_ATTRIBUTES: Final = ("tags", "labels", "cluster_resource_labels", "resource_labels")
_SOLD: Final = frozenset(
    "alb eks rds rds-aurora vpc s3-bucket ecs lambda dynamodb-table elasticache ec2-instance"
    " autoscaling msk-kafka-cluster opensearch efs cloudfront".split()
)
"""Published modules of AWS whose resources appear on the bill."""
_OWNERS: Final = (
    "*", "env", "stage", "team", "owner", "service", "app", "project", "product", "cost", "system",
    "component", "tenant", "department", "customer", "workload", "terraform", "managed", "created",
)  # fmt: skip
_NAMES_ONLY: Final = ("name", "kubernetes.io/", "karpenter.sh/", "k8s.io/")


@struct
class Tagging:
    """How far the resources of the system are tagged.

    Attributes:
        tagged, untagged: addresses with their places.
        defaults: places where a provider tags everything that it makes.
        modules: published modules without telling tags; they weigh only when they are named.
    """

    tagged: tuple[tuple[str, Place], ...]
    untagged: tuple[tuple[str, Place], ...]
    defaults: tuple[tuple[str, Place], ...]
    modules: tuple[tuple[str, Place], ...] = ()


def tagging(site: Site[Settings]) -> Tagging:
    """Look at every taggable resource, and at modules that are given tags."""
    tagged: list[tuple[str, Place]] = []
    untagged: list[tuple[str, Place]] = []
    defaults: list[tuple[str, Place]] = []
    modules: list[tuple[str, Place]] = []
    for module in site.repo.terraform.modules:
        if module.is_example or module.is_library:
            continue
        covered = dict(_defaults(module))
        defaults.extend(covered.items())
        for block in _taggable(module):
            kept = _keys(module, block)
            provider = block.labels[0].partition("_")[0]
            has = _suffices(kept, site.settings.tags) or _inherits(module, provider)
            (tagged if has else untagged).append((block.address, block.place))
        modules.extend(_untagged_modules(module))
    return Tagging(tuple(tagged), tuple(untagged), tuple(defaults), tuple(modules))


def _taggable(module: Module) -> Iterator[Block]:
    yield from (b for b in module.resources() if b.labels and b.labels[0] in _TAGGABLE)


def _untagged_modules(module: Module) -> Iterator[tuple[str, Place]]:
    inherits = _inherits(module, "aws")
    for block, has in _modules(module):
        aws = "terraform-aws-modules/" in module.text(block.attr("source"))
        if not has and not (aws and inherits):
            labels = block.attr("cluster_resource_labels")
            yield block.address, labels.place if labels else block.place


def _modules(module: Module) -> Iterator[tuple[Block, bool]]:
    """Calls of published modules that cost something, and whether each is given telling tags."""
    for call in module.calls:
        source = call.source.partition("?")[0]
        name = source.partition("//")[0].rstrip("/").split("/")[1:2]
        sold = source.startswith("terraform-aws-modules/") and name and name[0] in _SOLD
        labels = [e for n in _MODULE_ATTRIBUTES if (e := call.block.attr(n))]
        keys = [k for e in labels for k in (_named(module.resolve(e)) or _literal(e))]
        if labels and keys and (sold or call.block.attr("cluster_resource_labels")):
            yield call.block, any(any(w in k.lower() for w in _OWNERS) for k in keys)
        elif sold and not labels:
            yield call.block, False


def _literal(expression: Expression) -> list[str]:
    return [key.strip('"') for key, _ in expression.pairs()]


def _defaults(module: Module) -> Iterator[tuple[str, Place]]:
    for provider in module.providers():
        if provider.child("default_tags") or provider.attr("default_labels"):
            yield f"provider {provider.labels[0]}", provider.place


def _inherits(module: Module, provider: str) -> bool:
    """True when the provider of the module, or of a root module above it, tags by default."""
    tops = {chain[0].caller.folder: chain[0].caller for chain in module.chains() if chain}
    above = list(tops.values()) or [module]
    return all(any(p.startswith(f"provider {provider}") for p, _ in _defaults(m)) for m in above)


def _keys(module: Module, block: Block) -> list[str] | None:
    """Names of a resource's tags; None when it has none, `*` for those that a run decides."""
    expressions = [e for n in _ATTRIBUTES if (e := block.attr(n))]
    settings = block.child("settings")
    nested = settings.attr("user_labels") if settings else None
    expressions += [nested] if nested else []
    expressions += [e for t in block.children("tag") if (e := t.attr("key"))]
    if not expressions:
        return None
    return [k for e in expressions for k in _named(module.resolve(e))]


def _named(value: Value) -> list[str]:
    if isinstance(value, dict):
        return list(value)
    if isinstance(value, list):
        return [v.partition(":")[0] if isinstance(v, str) else "*" for v in value]
    if isinstance(value, str):
        return [value]
    return [] if value is None else ["*"]


def _suffices(keys: list[str] | None, wanted: tuple[str, ...]) -> bool:
    if keys is None:
        return False
    if wanted and "*" not in keys:
        return {w.lower() for w in wanted} <= {k.lower() for k in keys}
    return any(not k.lower().startswith(_NAMES_ONLY) for k in keys)
