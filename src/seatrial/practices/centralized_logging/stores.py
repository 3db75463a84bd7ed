"""Where logs are kept, and for how long."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.platform.installs import Install, installs, resources, scope_at
from seatrial.kit.platform.live import live_manifests, live_workloads
from seatrial.kit.site import Site, once
from seatrial.model.place import Place
from seatrial.practices.centralized_logging.parts import (
    SEARCH_CHARTS,
    SEARCH_IMAGES,
    STORE_CHARTS,
    STORE_IMAGES,
    Keeping,
    Store,
    image_name,
)
from seatrial.practices.centralized_logging.shippers import services, shippers
from seatrial.repo.yaml import Node

_CONTROL = ("/cluster", "vpc", "flow", "/aws/rds", "events", "waf", "cloudtrail", "performance")
_ENDLESS_GROUP = "it sets no `retention_in_days`, so nothing is ever deleted"
_LIFECYCLES = ("elasticstack_elasticsearch_index_lifecycle", "opensearch_ism_policy")


@once
def stores(site: Site[object]) -> tuple[Store, ...]:
    """All stores that keep logs of workloads."""
    own = [*_of_charts(site), *_of_workloads(site), *_of_objects(site), *_of_compose(site)]
    return (*own, *_of_terraform(site), *_hosted(site))


def _of_charts(site: Site[object]) -> Iterator[Store]:
    for install in installs(site):
        name = STORE_CHARTS.get(install.chart)
        if name == "Loki":
            yield _loki(install)
        elif name:
            state = Keeping.STATED if name == "VictoriaLogs" else _kept(install)
            yield _store(name, install.place, install.environments, state, install.place, install)
        elif install.chart in SEARCH_CHARTS and shippers(site):
            state = Keeping.STATED if _has_lifecycle(site, install) else Keeping.ENDLESS
            shown = SEARCH_CHARTS[install.chart]
            yield _store(shown, install.place, install.environments, state, install.place, install)


def _store(
    name: str,
    place: Place,
    environments: tuple[str, ...],
    keeping: Keeping,
    keeping_place: Place,
    install: Install | None = None,
    lack: str = "nothing says how long it keeps logs",
) -> Store:
    return Store(name, place, environments, keeping, keeping_place, lack, install)


def _kept(install: Install) -> Keeping:
    return Keeping.STATED if _anywhere(install, "retention") else Keeping.UNSEEN


def _anywhere(install: Install, *words: str) -> tuple[Node, Place] | None:
    """The last value whose key holds one of the words, wherever in the values it stands."""
    for layer in reversed(install.layers):
        for path, node in layer.node.walk():
            key = str(path[-1]) if path else ""
            if node.kind == "scalar" and any(w in key for w in words):
                return node, layer.place(*[p for p in path if isinstance(p, str)])
    for key, (_, place) in install.sets.items():
        if any(w in key for w in words):
            return install.layers[0].node if install.layers else _EMPTY, place
    return None


_EMPTY = Node("scalar", 0, 0)


def _loki(install: Install) -> Store:
    """Loki deletes only with a period, and with the compactor (or table manager) told to."""
    period = _anywhere(install, "retention_period", "retention_period_override")
    deletes = _anywhere(install, "retention_enabled", "retention_deletes_enabled")
    if period is None:
        lack = "no `retention_period` is set, so the disk fills"
        place = install.place
    elif deletes is None or deletes[0].text == "false":
        lack = "`retention_period` has no effect without `compactor.retention_enabled: true`"
        place = period[1]
    else:
        return _store(
            "Loki", install.place, install.environments, Keeping.STATED, period[1], install
        )
    return _store(
        "Loki", install.place, install.environments, Keeping.ENDLESS, place, install, lack
    )


def _has_lifecycle(site: Site[object], install: Install | None = None) -> bool:
    if any(True for _ in resources(site, *_LIFECYCLES)):
        return True
    words = ("ilm", "lifecycle", "curator", "ism_policy", "ism-policy")
    if any(i.chart in {"elasticsearch-curator", "curator"} for i in installs(site)):
        return True
    if any(w in f.path.lower() for f in site.repo.files() for w in words):
        return True
    texts = install.texts() if install else iter(())
    return any(w in text for text, _ in texts for w in ("ilm", "delete_phase", "_ilm", "_ism"))


def _of_workloads(site: Site[object]) -> Iterator[Store]:
    for workload in live_workloads(site):
        for image in workload.images:
            name = STORE_IMAGES.get(image_name(image))
            is_search = image_name(image) in SEARCH_IMAGES and bool(shippers(site))
            if name or is_search:
                shown = name or SEARCH_IMAGES[image_name(image)]
                state = _by_config(site, shown)
                place = workload.place
                yield _store(shown, place, workload.environments, state, place)


def _by_config(site: Site[object], name: str) -> Keeping:
    if name == "VictoriaLogs":
        return Keeping.STATED
    if name in {"Elasticsearch", "OpenSearch"}:
        return Keeping.STATED if _has_lifecycle(site) else Keeping.ENDLESS
    if name != "Loki":
        return Keeping.UNSEEN
    texts = [
        node.text
        for m in live_manifests(site)
        if m.kind == "ConfigMap"
        for _, node in m.node.at("data").pairs()
        if "schema_config" in node.text
    ]
    texts += [
        f.text
        for f in site.repo.files()
        if "loki" in f.path.lower() and f.suffix in {".yaml", ".yml"}
    ]
    kept = any("retention_period" in t and "retention_enabled: true" in t for t in texts)
    return Keeping.STATED if kept else Keeping.ENDLESS


def _of_objects(site: Site[object]) -> Iterator[Store]:
    for m in live_manifests(site):
        group = m.api_version
        is_search = (m.kind == "Elasticsearch" and "elastic.co" in group) or (
            m.kind == "OpenSearchCluster"
        )
        if is_search and shippers(site):
            state = Keeping.STATED if _has_lifecycle(site) else Keeping.ENDLESS
            yield _store(m.kind, m.place(), m.environments, state, m.place())
        if m.kind == "LokiStack":
            limits = m.node.at("spec", "limits", "global", "retention")
            state = Keeping.STATED if limits else Keeping.ENDLESS
            yield _store("LokiStack", m.place(), m.environments, state, m.place("spec", "limits"))


def _of_compose(site: Site[object]) -> Iterator[Store]:
    for service in services(site):
        name = STORE_IMAGES.get(image_name(service.image))
        words = f"{service.name} {image_name(service.image)}".lower()
        search = next((s for w, s in SEARCH_IMAGES.items() if w in words), "")
        if name or (search and shippers(site)):
            shown = name or search
            yield _store(shown, service.place, (), _by_config(site, shown), service.place)


def _of_terraform(site: Site[object]) -> Iterator[Store]:
    feeds = any(s.hosted == "CloudWatch" for s in shippers(site))
    lambdas = any(True for _ in resources(site, "aws_lambda_function"))
    for module, block in resources(site, "aws_cloudwatch_log_group"):
        name = module.text(block.attr("name")).lower()
        if any(word in name for word in _CONTROL) or not (feeds or lambdas):
            continue
        written = block.attr("retention_in_days")
        endless = written is None or module.resolve(written) == 0
        state = Keeping.ENDLESS if endless else Keeping.STATED
        place = written.place if written else block.place
        where = scope_at(site, block.place)
        shown = f"CloudWatch ({block.address})"
        yield _store(shown, block.place, where, state, place, None, _ENDLESS_GROUP)
    for _, block in resources(site, "azurerm_log_analytics_workspace"):
        if any(s.hosted == "Log Analytics" for s in shippers(site)):
            where, place = scope_at(site, block.place), block.place
            yield _store("Log Analytics", place, where, Keeping.STATED, place)
    for _, block in resources(site, "datadog_logs_index"):
        yield _store(
            "Datadog", block.place, scope_at(site, block.place), Keeping.STATED, block.place
        )


def _hosted(site: Site[object]) -> Iterator[Store]:
    """Services that keep what a shipper of these repositories brings them."""
    has_group = any(s.name.startswith("CloudWatch") for s in _of_terraform(site))
    for shipper in shippers(site):
        if not shipper.hosted or (shipper.hosted == "CloudWatch" and has_group):
            continue
        keeping, lack = Keeping.UNSEEN, ""
        if shipper.hosted in {"Cloud Logging", "Log Analytics"}:
            keeping = Keeping.STATED
        elif shipper.hosted == "CloudWatch" and not _group_days(shipper.install):
            keeping, lack = Keeping.ENDLESS, "its log groups get no retention, so they keep all"
        yield _store(
            shipper.hosted, shipper.place, shipper.environments, keeping, shipper.place, None, lack
        )


def _group_days(install: Install | None) -> bool:
    return install is not None and _anywhere(install, "logRetentionDays", "retention") is not None
