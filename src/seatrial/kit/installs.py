"""Charts of others that a system installs, with the values that it gives them.

Terraform, Flux, Argo CD, helmfile, kustomize, umbrella charts and the `helm` commands of
pipelines are one type here, so that a practice asks for a component once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from seatrial.kit.live import is_aside, live_manifests
from seatrial.kit.releases import releases
from seatrial.kit.site import Site, once
from seatrial.model.place import Place
from seatrial.repo import chart_references, chart_values, kustomize, yaml
from seatrial.repo.charts import Chart, Dependency
from seatrial.repo.environments import environment_of
from seatrial.repo.files import File
from seatrial.repo.hcl import Block
from seatrial.repo.manifests import Manifest
from seatrial.repo.tfhelm import HelmRelease
from seatrial.repo.tfmodules import Module
from seatrial.repo.yaml import NOTHING, Node, Value

_OFF: Final = frozenset({"false", "null", "0"})
_MAX_LAYERS: Final = 24


@dataclass(frozen=True, slots=True)
class Layer:
    """One set of values.

    Attributes:
        origin: names the file; only its line changes.
    """

    node: Node
    origin: Place

    def place(self, *path: str) -> Place:
        """Place of the key at a path, or of the nearest one above it."""
        node, line = self.node, self.node.line or self.origin.line
        for step in path:
            if not node.has(step):
                break
            line, node = node.line_of(step), node.at(step)
        return replace(self.origin, line=max(line, 1), column=1)


@dataclass(frozen=True, slots=True)
class Setting:
    """A value that an install gives: the node (or the text of a `set`), and where it stands."""

    node: Node
    text: str
    place: Place

    @property
    def is_off(self) -> bool:
        """True for false, null and 0."""
        return self.text in _OFF or self.node.is_null


@dataclass(frozen=True, eq=False)
class Install:
    """A chart as one delivery installs it.

    Attributes:
        chart: last part of the chart's name.
        repository: address of the chart repository, empty when it is not told.
        version: as written; empty when it floats.
        environments: environments that get it; empty means all of them.
        layers: values, lowest first.
        sets: values of `set` and parameters, by dotted path.
    """

    chart: str
    repository: str
    version: str
    name: str
    namespace: str
    place: Place
    environments: tuple[str, ...] = ()
    layers: tuple[Layer, ...] = ()
    sets: Mapping[str, tuple[str, Place]] = field(default_factory=dict)

    def get(self, *path: str) -> Setting | None:
        """The value at a path as the last one that sets it says; None when nobody does."""
        dotted = ".".join(path)
        if dotted in self.sets:
            text, place = self.sets[dotted]
            return Setting(NOTHING, text, place)
        for layer in reversed(self.layers):
            node = layer.node.at(*path)
            if node:
                return Setting(node, node.text, layer.place(*path))
        return None

    def text(self, *path: str) -> str:
        """Text of a scalar, empty when nobody sets it."""
        found = self.get(*path)
        return found.text if found else ""

    def is_off(self, *path: str) -> bool:
        """True when a value turns something off in so many words."""
        found = self.get(*path)
        return found is not None and found.is_off

    def is_on(self, *path: str) -> bool:
        """True when a value turns something on in so many words."""
        return self.text(*path) == "true"

    def texts(self) -> Iterator[tuple[str, Place]]:
        """Yield all scalars of all values with their places."""
        for layer in self.layers:
            for _, node in layer.node.walk():
                if node.kind == "scalar" and node.text:
                    yield node.text, replace(layer.origin, line=node.content_line, column=1)
        yield from self.sets.values()


@once
def installs(site: Site[object]) -> tuple[Install, ...]:
    """All installs that are not switched off everywhere."""
    found = [
        *_of_terraform(site),
        *_of_manifests(site),
        *_of_kustomize(site),
        *_of_helmfiles(site),
        *_of_dependencies(site),
        *_of_commands(site),
    ]
    return tuple(found)


def installed(site: Site[object], *charts: str) -> tuple[Install, ...]:
    """Installs of charts of these names."""
    return tuple(i for i in installs(site) if i.chart in charts)


def addons(site: Site[object]) -> Iterator[tuple[str, Place, tuple[str, ...]]]:
    """Yield managed add-ons of EKS by name, with place and environments."""
    for module, block in resources(site, "aws_eks_addon"):
        name = module.text(block.attr("addon_name"))
        if name:
            yield name, block.place, scope_at(site, block.place)
    for module in live_modules(site):
        for block in module.of("module"):
            for attribute in ("cluster_addons", "addons", "eks_addons"):
                value = block.attr(attribute)
                for name, member in value.pairs() if value else ():
                    yield name.strip('"'), member.place, scope_at(site, member.place)


@once
def live_modules(site: Site[object]) -> tuple[Module, ...]:
    """Root modules of Terraform that somebody runs, and the local ones that they call."""
    found: dict[int, Module] = {}
    for root in site.repo.terraform.roots:
        if not is_aside(f"{root.folder}/x"):
            for module in root.descendants():
                found[id(module)] = module
    return tuple(found.values())


def resources(site: Site[object], *prefixes: str) -> Iterator[tuple[Module, Block]]:
    """Yield the resources whose types start so and that are not switched off."""
    from seatrial.repo.tflimits import limit

    for module in live_modules(site):
        for prefix in prefixes:
            for block in module.resources(prefix):
                if not limit(module, block).off:
                    yield module, block


def scope_of(module: Module) -> tuple[str, ...]:
    """The environment that a module's folder names, or nothing."""
    name = environment_of(module.folder) if module.folder else None
    return (name,) if name else ()


def scope_at(site: Site[object], place: Place) -> tuple[str, ...]:
    """The environment that a Terraform file's path names, when the site has it."""
    name = environment_of(place.path)
    return (name,) if name and any(e.name == name for e in site.environments) else ()


def _of_terraform(site: Site[object]) -> Iterator[Install]:
    live = {id(m) for m in live_modules(site)}
    for release in site.repo.helm_releases:
        if id(release.module) in live and not release.limit.off:
            yield _helm_release(site, release)


def _helm_release(site: Site[object], release: HelmRelease) -> Install:
    limit = release.limit
    environments = limit.only or scope_at(site, release.place)
    if not environments and limit.never:
        environments = tuple(e.name for e in site.environments if e.name not in limit.never)
    layers = [
        Layer(yaml.parse(named.file.text).first, named.file.place())
        for named in release.values_files[:_MAX_LAYERS]
        if named.file
    ]
    layers += [
        Layer(yaml.parse("\n" * (t.place.line - 1) + t.text).first, t.place)
        for t in release.inline_values[:_MAX_LAYERS]
    ]
    sets = {
        key: (_plain(release.module.text(value)), value.place)
        for key, value in release.settings.items()
        if key not in release.secret_settings
    }
    chart, repository = _named(release.chart, release.repository)
    return Install(
        chart,
        repository,
        release.version or "",
        release.name,
        release.namespace,
        release.place,
        environments,
        tuple(layers),
        sets,
    )


def _plain(text: str) -> str:
    return text if len(text) < 2000 else ""  # noqa: PLR2004 (longer texts are documents, no values)


def _named(chart: str, repository: str) -> tuple[str, str]:
    """Last part of a chart's name, and its repository (`grafana/loki` names an alias)."""
    head, _, last = chart.rstrip("/").rpartition("/")
    return last.partition(":")[0].removesuffix(".tgz"), repository or head


def _of_manifests(site: Site[object]) -> Iterator[Install]:
    sources = {
        m.name: m.node.at("spec", "url").text
        for m in live_manifests(site)
        if m.kind in {"HelmRepository", "OCIRepository"}
    }
    for manifest in live_manifests(site):
        if manifest.kind in {"HelmRelease", "Application", "ApplicationSet"}:
            yield from _of_manifest(site, manifest, sources)


def _of_manifest(
    site: Site[object], manifest: Manifest, sources: Mapping[str, str]
) -> Iterator[Install]:
    spec = manifest.node.at("spec")
    if manifest.node.at("spec", "suspend").text == "true":
        return
    spec = spec.at("template", "spec") if manifest.kind == "ApplicationSet" else spec
    charts = {
        s.at("chart").text: s
        for s in [*spec.at("source").listed(), *spec.at("sources").items()]
        if s.at("chart").text
    }
    flux = spec.at("chart", "spec")
    for reference in chart_references.of_manifest(manifest):
        source = charts.get(reference.chart, NOTHING)
        if manifest.kind != "HelmRelease" and not source:
            continue
        url = source.at("repoURL").text or sources.get(flux.at("sourceRef", "name").text, "")
        chart, repository = _named(reference.chart, url)
        named = reference.environment
        yield Install(
            chart,
            repository,
            source.at("targetRevision").text or flux.at("version").text,
            manifest.name,
            spec.at("destination", "namespace").text or manifest.namespace,
            reference.place,
            manifest.environments or ((named,) if named else ()),
            tuple(_layers(site, manifest, reference, source)),
            {key: (text, reference.place) for key, text in reference.sets},
        )


def _layers(
    site: Site[object], manifest: Manifest, reference: chart_references.Reference, source: Node
) -> Iterator[Layer]:
    for values in chart_values.resolved(reference, "", site.repo.roots):
        yield Layer(values.node, values.file.place())
    written = source.at("helm", "values")
    if written.kind == "scalar" and "\n" in written.text:
        text = "\n" * (written.content_line - 1) + written.text
        yield Layer(yaml.parse(text).first, manifest.file.place())
    for entry in manifest.node.at("spec", "valuesFrom").items():
        holder = _holder(site, entry.at("name").text)
        key = entry.at("valuesKey").text or "values.yaml"
        node = holder.node.at("data", key) if holder else NOTHING
        if holder and node.text:
            text = "\n" * (node.content_line - 1) + node.text
            yield Layer(yaml.parse(text).first, holder.file.place())


def _holder(site: Site[object], name: str) -> Manifest | None:
    return next((m for m in live_manifests(site) if m.kind == "ConfigMap" and m.name == name), None)


def _of_kustomize(site: Site[object]) -> Iterator[Install]:
    for root in site.repo.roots:
        for one in kustomize.read(root):
            for entry in one.node.at("helmCharts").items() if not is_aside(one.file.path) else ():
                yield _kustomized(one, entry)


def _kustomized(one: kustomize.Kustomization, entry: Node) -> Install:
    named = f"{one.folder}/{entry.at('valuesFile').text}".strip("/")
    file = one.root.files.get(named)
    layers = [Layer(file.yaml.first, file.place())] if file else []
    if entry.at("valuesInline"):
        layers.append(Layer(entry.at("valuesInline"), one.file.place()))
    chart, repository = _named(entry.at("name").text, entry.at("repo").text)
    return Install(
        chart,
        repository,
        entry.at("version").text,
        entry.at("releaseName").text,
        entry.at("namespace").text or one.namespace,
        one.file.place(entry.line),
        (one.environment,) if one.environment else (),
        tuple(layers),
    )


def _of_helmfiles(site: Site[object]) -> Iterator[Install]:
    for file in site.repo.files():
        name = file.name.lower()
        if name.startswith("helmfile") and file.suffix in {".yaml", ".yml"}:
            for document in file.yaml.documents if not is_aside(file.path) else ():
                urls = {
                    r.at("name").text: r.at("url").text for r in document.at("repositories").items()
                }
                for release in document.at("releases").items():
                    if release.at("installed").text != "false":
                        yield _helmfile(file, release, urls)


def _helmfile(file: File, release: Node, urls: Mapping[str, str]) -> Install:
    chart, alias = _named(release.at("chart").text, "")
    layers: list[Layer] = []
    for values in release.at("values").items():
        path = f"{file.folder}/{values.text}".replace("/./", "/").strip("/")
        named = file.root.files.get(path.replace("./", ""))
        if values.kind == "map":
            layers.append(Layer(values, file.place()))
        elif named:
            layers.append(Layer(named.yaml.first, named.place()))
    environment = environment_of(file.path)
    return Install(
        chart,
        urls.get(alias, alias),
        release.at("version").text,
        release.at("name").text,
        release.at("namespace").text,
        file.place(release.line),
        (environment,) if environment else (),
        tuple(layers),
    )


def _of_dependencies(site: Site[object]) -> Iterator[Install]:
    for chart in site.repo.charts:
        if chart.is_library or is_aside(f"{chart.folder}/x"):
            continue
        for dependency in chart.dependencies:
            yield from _of_dependency(chart, dependency)


def _of_dependency(chart: Chart, dependency: Dependency) -> Iterator[Install]:
    environments: tuple[str | None, ...] = chart.environments or (None,)
    on = [e for e in environments if _is_enabled(chart, dependency, e)]
    if not on:
        return
    layers = (
        [Layer(chart.values.at(dependency.key), chart.values_file.place())]
        if (chart.values_file)
        else []
    )
    layers += [
        Layer(v.node.at(dependency.key), v.file.place()) for e in on for v in chart.layers(e)
    ]
    yield Install(
        dependency.name,
        dependency.repository,
        dependency.version,
        dependency.key,
        "",
        dependency.place,
        tuple(e for e in on if e) if len(on) < len(environments) else (),
        tuple(layer for layer in layers if layer.node),
    )


def _is_enabled(chart: Chart, dependency: Dependency, environment: str | None) -> bool:
    for path in dependency.condition.split(","):
        if not path.strip():
            continue
        for values in (chart.overrides(environment), chart.default_values):
            found = _at(values, path.strip().split("."))
            if isinstance(found, bool):
                return found
    return True


def _at(values: Value, path: list[str]) -> Value:
    for step in path:
        values = values.get(step) if isinstance(values, dict) else None
    return values


def _of_commands(site: Site[object]) -> Iterator[Install]:
    for release in releases(site):
        for act in release.acts:
            command = act.command
            if command is None or command.program != "helm" or act.step is None:
                continue
            words = command.words
            if words[:1] not in {("upgrade",), ("install",)} or len(words) < 3:  # noqa: PLR2004 (verb, release, chart)
                continue
            chart, repository = _named(words[2], command.flag("--repo") or "")
            if words[2].startswith((".", "/", "$")) or ("/" not in words[2] and not repository):
                continue
            layers = []
            for path in (command.flag("-f", "--values") or "").split(","):
                file = site.repo.file(path.removeprefix("./"), act.step.file)
                if file:
                    layers.append(Layer(file.yaml.first, file.place()))
            yield Install(
                chart,
                repository,
                command.flag("--version") or "",
                words[1],
                command.flag("-n", "--namespace") or "",
                act.place,
                (),
                tuple(layers),
            )
