"""The bucket for copies in the Terraform of the cluster, and the Secret that names it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Final

from seatrial.kit.data.terraformruns import used_modules
from seatrial.kit.planning.addons import environment_expression
from seatrial.kit.planning.render import render
from seatrial.kit.planning.targets import Target, targets
from seatrial.kit.site import Site
from seatrial.model.change import Generate, Leave, Risk, Wish
from seatrial.practices.database_backups.inchart import DAYS, PRACTICE, STORE
from seatrial.practices.database_backups.servers import Server
from seatrial.practices.database_backups.settings import Settings
from seatrial.repo.environments import environment_of
from seatrial.repo.infrastructure.hcl import Block
from seatrial.repo.infrastructure.tfmodules import Module

_FILE: Final = "database-backups.tf"
_CLUSTERS: Final = {
    "linode_lke_cluster": "terraform/bucket_linode.tf.j2",
    "aws_eks_cluster": "terraform/bucket_aws.tf.j2",
}
_LOCK_DAYS: Final = 14


def store(site: Site[Settings], servers: list[Server]) -> Iterator[Wish]:
    """Yield the bucket of each namespace that makes copies, or what a person has to give."""
    charts = {s.chart for s in servers}
    wanted = [
        t
        for t in targets(site)
        if t.chart in charts and t.environment.tier in site.settings.required_in
    ]
    made: set[str] = set()
    for module in used_modules(site):
        kind = next((k for k in _CLUSTERS if module.resources(k)), "")
        if not kind or not module.providers("kubernetes"):
            continue
        mine = [t for t in wanted if environment_of(module.folder) in {None, t.environment.name}]
        namespace = _namespace(module, mine)
        if mine and namespace:
            yield _bucket(module, module.resources(kind)[0], kind, mine, namespace)
            made.update(t.environment.name for t in mine)
    lacking = sorted({t.environment.name for t in wanted} - made)
    if lacking or not wanted:
        yield Leave(
            f"make a bucket with versions for copies of the databases of "
            f"{', '.join(lacking) or 'this chart'}, and a Secret {STORE} beside them with BUCKET "
            "and rclone's RCLONE_CONFIG_STORE_TYPE, _PROVIDER, _ENDPOINT, _ACCESS_KEY_ID and "
            "_SECRET_ACCESS_KEY: no Terraform here makes the cluster"
        )


def _namespace(module: Module, wanted: list[Target]) -> str:
    """HCL that names the namespace of all these targets in a run of the module."""
    for block in module.resources("kubernetes_namespace"):
        for inner in block.children("metadata"):
            written = inner.attr("name")
            if written is None or block.attr("count") or block.attr("for_each"):
                continue
            text = written.text.strip('"')
            if all(_filled(text, t) == t.namespace for t in wanted):
                return f"{block.address}.metadata[0].name"
    names = {t.namespace for t in wanted}
    return f'"{names.pop()}"' if len(names) == 1 and len(wanted) == 1 else ""


def _filled(text: str, target: Target) -> str:
    for name in ("terraform.workspace", "var.environment", "var.env", "var.stage"):
        text = text.replace(f"${{{name}}}", target.environment.name)
    return text


def _bucket(
    module: Module, cluster: Block, kind: str, wanted: list[Target], namespace: str
) -> Generate:
    environment = environment_expression(module)
    chosen = bool(environment) and not environment.startswith('"')
    region = cluster.attr("region")
    names = sorted({t.environment.name for t in wanted})
    text = render(
        PRACTICE,
        _CLUSTERS[kind],
        cluster=cluster.address,
        region=region.text if region else f"{cluster.address}.region",
        namespace=namespace,
        store=STORE,
        days=DAYS,
        lock=_LOCK_DAYS,
        index="[0]" if chosen else "",
        environment=environment,
        wanted="[" + ", ".join(f'"{n}"' for n in names) + "]",
    )
    why = "copies lie outside of the cluster, and old versions of them stay"
    path = posixpath.join(module.folder, _FILE)
    return Generate(module.root.name, path, text, why, Risk.MEDIUM)
