"""Paths in plain text: caches and brokers without TLS, addresses, gateways."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.platform.installs import live_modules, resources, scope_at
from seatrial.kit.platform.live import is_aside, live_manifests
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, fault
from seatrial.model.place import Place
from seatrial.repo.environments import tier
from seatrial.repo.infrastructure.hcl import Block, Expression
from seatrial.repo.infrastructure.tfmodules import Module
from seatrial.repo.kubernetes.manifests import Manifest

_TLS_AT_THE_BALANCER: Final = (
    "aws-load-balancer-ssl-cert",
    "networking.gke.io/managed-certificates",
    "azure-load-balancer-tls",
)


def stores_in_clear(site: Site[object]) -> Iterator[Observation]:
    """Yield caches, brokers and databases that take plain text."""
    for module, block in resources(site, *_KINDS):
        if block.labels[0] in _KINDS:
            found = _KINDS[block.labels[0]](module, block)
            if found:
                place, text = found
                shown = f"{block.address} {text}"
                yield fault(place, shown, environments=scope_at(site, block.place))
    for module in live_modules(site):
        for call in module.calls:
            name = call.source.lower()
            if "elasticache" not in name or "memcached" in name or call.module is not None:
                continue
            found = _off(module, call.block, "transit_encryption_enabled", "takes Redis")
            if found:
                place, text = found
                scope = scope_at(site, call.place)
                yield fault(place, f"{call.block.address} {text}", environments=scope)


_Found = tuple[Place, str] | None
_PLAIN: Final = "traffic in plain text"


def _off(module: Module, block: Block, attribute: str, verb: str) -> _Found:
    """A switch that is off in so many words."""
    written = block.attr(attribute)
    if written and module.resolve(written) is False:
        return written.place, f"{verb} {_PLAIN} ({attribute} is false)"
    return None


def _redis_group(module: Module, block: Block) -> _Found:
    engine = module.text(block.attr("engine"))
    written = block.attr("transit_encryption_enabled")
    if written is None and engine != "valkey":
        return block.place, f"takes {_PLAIN}: transit_encryption_enabled is not set"
    return _off(module, block, "transit_encryption_enabled", "takes")


def _redis_node(module: Module, block: Block) -> _Found:
    if module.text(block.attr("engine")) == "redis" and not block.attr("replication_group_id"):
        return block.place, f"takes {_PLAIN}: a single Redis node without transit encryption"
    return None


def _azure_redis(module: Module, block: Block) -> _Found:
    for name in ("enable_non_ssl_port", "non_ssl_port_enabled"):
        written = block.attr(name)
        if written and module.resolve(written) is True:
            return written.place, f"takes {_PLAIN} ({name} is true)"
    return None


def _google_redis(module: Module, block: Block) -> _Found:
    mode = module.text(block.attr("transit_encryption_mode"))
    if mode in {"", "DISABLED"}:
        written: Expression | None = block.attr("transit_encryption_mode")
        place = written.place if written else block.place
        return place, f"takes {_PLAIN}: transit_encryption_mode is not SERVER_AUTHENTICATION"
    return None


def _kafka(module: Module, block: Block) -> _Found:
    for part in block.walk():
        written = part.attr("client_broker") if part.type == "encryption_in_transit" else None
        if written and "PLAINTEXT" in module.text(written):
            return written.place, f"takes {_PLAIN} (client_broker is {module.text(written)})"
    return None


def _open_search(module: Module, block: Block) -> _Found:
    for part in block.walk():
        if part.type == "domain_endpoint_options":
            return _off(module, part, "enforce_https", "takes")
    return None


def _google_sql(module: Module, block: Block) -> _Found:
    for part in block.walk():
        written = part.attr("ssl_mode") if part.type == "ip_configuration" else None
        if written and module.text(written) == "ALLOW_UNENCRYPTED_AND_ENCRYPTED":
            return written.place, f"takes {_PLAIN} (ssl_mode)"
    return None


def _azure_sql(module: Module, block: Block) -> _Found:
    return _off(module, block, "ssl_enforcement_enabled", "takes")


_KINDS: Final = {
    "aws_elasticache_replication_group": _redis_group,
    "aws_elasticache_cluster": _redis_node,
    "azurerm_redis_cache": _azure_redis,
    "google_redis_instance": _google_redis,
    "aws_msk_cluster": _kafka,
    "aws_opensearch_domain": _open_search,
    "aws_elasticsearch_domain": _open_search,
    "google_sql_database_instance": _google_sql,
    "azurerm_postgresql_server": _azure_sql,
    "azurerm_mysql_server": _azure_sql,
}


def addresses(site: Site[object]) -> Iterator[tuple[str, Place, str]]:
    """Yield `http://` addresses of other namespaces in production's values: host, place, where."""
    for chart in site.repo.charts:
        if is_aside(f"{chart.folder}/x"):
            continue
        for values in chart.values_files:
            name = values.environment
            if name and tier(name) == "production":
                for _, node in values.node.walk():
                    host = _inside(node.text) if node.kind == "scalar" else ""
                    if host:
                        yield host, values.file.place(node.content_line), name

    yield from _of_objects(site)


def _of_objects(site: Site[object]) -> Iterator[tuple[str, Place, str]]:
    """Addresses in variables and ConfigMaps of production's own objects."""
    wanted = set(site.production)
    for m in live_manifests(site):
        name = next((e for e in m.environments if e in wanted), "")
        if not name or m.source == "chart":
            continue
        nodes = [n for _, n in m.node.at("data").pairs()] if m.kind == "ConfigMap" else []
        nodes += [e.at("value") for c in m.containers for e in c.at("env").items()]
        for node in nodes:
            host = _inside(node.text)
            if host:
                yield host, m.file.place(node.content_line), name


def _inside(text: str) -> str:
    if not text.startswith("http://"):
        return ""
    host = text.removeprefix("http://").partition("/")[0].partition(":")[0]
    return host if host.endswith((".svc", ".svc.cluster.local")) else ""


def plain_gateways(site: Site[object]) -> Iterator[tuple[Manifest, Place]]:
    """Yield gateways of a mesh that take plain HTTP from outside and nothing else."""
    if _has_balancer_tls(site):
        return
    for m in live_manifests(site):
        if m.kind != "Gateway":
            continue
        spec = m.node.at("spec")
        istio = "networking.istio.io" in m.api_version
        servers = spec.at("servers" if istio else "listeners").items()
        protocols = {
            (s.at("port", "protocol") if istio else s.at("protocol")).text.upper() for s in servers
        }
        redirects = any(s.at("tls", "httpsRedirect").text == "true" for s in servers)
        egress = "egress" in f"{m.name} {spec.at('selector', 'istio').text}".lower()
        named = spec.at("gatewayClassName").text
        private = ("mesh", "waypoint", "internal", "rilb")
        inner = egress or any(word in f"{named} {m.name}" for word in private)
        if servers and protocols <= {"HTTP", "HTTP2"} and not redirects and not inner:
            key = "servers" if istio else "listeners"
            yield m, m.place("spec", key, 0, "port" if istio else "protocol")


def _has_balancer_tls(site: Site[object]) -> bool:
    return any(
        mark in key
        for m in live_manifests(site)
        for key in m.annotations
        for mark in _TLS_AT_THE_BALANCER
    )
