"""Which databases a system has, where each stands, and who is responsible for it.

A cache is no database; SQLite on a volume is one (PRACTICES.md, "How a verdict is reached").
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.data.databasenames import CLIENTS, MANAGED, OPERATORS, PORTS
from seatrial.kit.data.databasetypes import NO_SERVER, Database, Source, engine_of, module_engine
from seatrial.kit.data.terraformruns import used_modules
from seatrial.kit.delivery.releases import deployments
from seatrial.kit.platform.live import is_aside
from seatrial.kit.platform.workloads import Workload, workloads
from seatrial.kit.serving import is_deployed_to_kubernetes
from seatrial.kit.site import Site, once
from seatrial.model.place import Place
from seatrial.repo.environments import environment_of
from seatrial.repo.infrastructure.hcl import Block
from seatrial.repo.kubernetes.charts import Chart
from seatrial.repo.kubernetes.manifests import Manifest

__all__ = ["CLIENTS", "Database", "Source", "clients", "databases", "engine_of"]

_COPIES: Final = frozenset("replica replicas slave secondary standby readonly".split())
_TOOLING: Final = ("example", "test", "dev", "ci", "local", "override", "e2e")


@once
def databases(site: Site[object]) -> tuple[Database, ...]:
    """Databases that run somewhere; a compose file counts only when it is how the system runs."""
    found = [*_workloads(site), *_operators(site), *_managed(site), *_releases(site)]
    if not found:
        found.extend(_composed(site))
    by_place: dict[tuple[str, str, Place], Database] = {}
    for database in found:
        key = (database.engine, database.name, database.place)
        known = by_place.get(key)
        by_place[key] = _joined(known, database) if known else database
    return tuple(by_place.values())


@once
def clients(site: Site[object]) -> tuple[tuple[str, Place], ...]:
    """Database libraries of the application, development dependencies left out."""
    return tuple(
        (d.name, d.place)
        for d in site.repo.dependencies
        if not d.dev and not d.indirect and d.name.lower() in CLIENTS
    )


def _joined(first: Database, second: Database) -> Database:
    names = (*first.environments, *second.environments)
    environments = () if not (first.environments and second.environments) else names
    return Database(
        first.engine,
        first.name,
        first.source,
        first.place,
        tuple(dict.fromkeys(environments)),
        first.block,
        first.module,
        first.manifest,
    )


def _workloads(site: Site[object]) -> Iterator[Database]:
    for workload in workloads(site):
        if is_aside(workload.place.path) or _is_copy(workload):
            continue
        engine = next((e for image in workload.images if (e := engine_of(image))), "")
        engine = engine or _by_port(workload)
        source = Source.WORKLOAD
        if not engine and _is_sqlite(workload):
            engine, source = "sqlite", Source.FILE
        if engine:
            yield Database(
                engine,
                workload.name,
                source,
                workload.place,
                workload.environments,
                manifest=workload.manifest,
            )


def _is_copy(workload: Workload) -> bool:
    """True for a read replica: what it holds is the primary's, and is backed up there."""
    words = set(workload.manifest.name.lower().replace("_", "-").split("-"))
    return not _COPIES.isdisjoint(words)


def _by_port(workload: Workload) -> str:
    """Engine of a server in an image of its own, told by the port that it listens on."""
    for container in workload.containers:
        image = container.at("image").text.lower()
        if any(word in image for word in (*NO_SERVER, "sql-proxy")):
            continue
        for port in container.at("ports").items():
            number = port.at("containerPort").value
            if isinstance(number, int) and number in PORTS:
                return PORTS[number]
    return ""


def _is_sqlite(workload: Workload) -> bool:
    spec = workload.manifest.pod_spec
    kept = bool(workload.manifest.node.at("spec", "volumeClaimTemplates").items()) or any(
        volume.has("persistentVolumeClaim") for volume in spec.at("volumes").items()
    )
    if not kept:
        return False
    for container in workload.containers:
        for variable in container.at("env").items():
            low = variable.at("value").text.lower()
            if low.startswith(("sqlite:", "file:")) or low.endswith((".sqlite", ".sqlite3", ".db")):
                return True
    return False


def _operators(site: Site[object]) -> Iterator[Database]:
    for manifest in site.repo.manifests:
        group = manifest.api_version.partition("/")[0]
        engine = OPERATORS.get((group, manifest.kind))
        if engine:
            name = f"{manifest.kind}/{manifest.name}"
            yield Database(
                engine,
                name,
                Source.OPERATOR,
                manifest.place(),
                manifest.environments,
                manifest=manifest,
            )


def _managed(site: Site[object]) -> Iterator[Database]:
    for module in used_modules(site):
        for block in module.blocks:
            engine = _managed_engine(block)
            if engine:
                named = environment_of(block.place.path)
                environments = (named,) if named else ()
                yield Database(
                    engine, block.address, Source.MANAGED, block.place, environments, block, module
                )


def _managed_engine(block: Block) -> str:
    label = block.labels[0] if block.labels else ""
    if block.type == "resource" and label in MANAGED:
        if block.attr("replicate_source_db") or block.attr("master_instance_name"):
            return ""
        return MANAGED[label] or _written_engine(block)
    source = block.attr("source") if block.type == "module" else None
    engine = module_engine(source.text.strip('"')) if source is not None else None
    return "" if engine is None else engine or _written_engine(block)


def _written_engine(block: Block) -> str:
    for attribute in ("engine", "database_version", "engine_name"):
        written = block.attr(attribute)
        if written is not None and written.is_literal:
            return written.text.strip('"').lower()
    return "database"


def _releases(site: Site[object]) -> Iterator[Database]:
    for release in site.repo.helm_releases:
        engine = engine_of(release.chart)
        if engine:
            yield Database(
                engine,
                f"release {release.name}",
                Source.RELEASE,
                release.place,
                release.environments,
            )
    for manifest in site.repo.manifests:
        installed = _installed_chart(manifest)
        if installed and engine_of(installed):
            name = f"{manifest.kind}/{manifest.name}"
            yield Database(
                engine_of(installed), name, Source.RELEASE, manifest.place(), manifest.environments
            )
    rendered = {e for w in workloads(site) for image in w.images if (e := engine_of(image))}
    for chart in site.repo.charts:
        for dependency in chart.dependencies:
            engine = engine_of(dependency.name)
            if engine and engine not in rendered and _switched_on(chart, dependency.condition):
                yield Database(engine, f"chart {dependency.name}", Source.RELEASE, dependency.place)


def _installed_chart(manifest: Manifest) -> str:
    if manifest.kind == "HelmRelease":
        return manifest.node.at("spec", "chart", "spec", "chart").text
    if manifest.kind == "Application":
        return manifest.node.at("spec", "source", "chart").text
    return ""


def _switched_on(chart: Chart, condition: str) -> bool:
    """False when a dependency's condition is off in the defaults and in every environment."""
    if not condition:
        return True
    path = condition.partition(",")[0].strip().split(".")
    nodes = [values.node.at(*path) for values in chart.values_files]
    written = [node.value for node in (chart.values.at(*path), *nodes) if node]
    return not written or any(value is not False for value in written)


def _composed(site: Site[object]) -> Iterator[Database]:
    if is_deployed_to_kubernetes(site) or deployments(site) or used_modules(site):
        return
    for compose in site.repo.compose:
        path = compose.file.path.lower()
        # A folder that starts with a dot holds a tool's settings (`.devcontainer`).
        hidden = any(part.startswith(".") for part in path.split("/"))
        if hidden or any(word in path for word in _TOOLING):
            continue
        for service in compose.services:
            engine = engine_of(service.image)
            if engine:
                yield Database(engine, f"service {service.name}", Source.COMPOSE, service.place)
