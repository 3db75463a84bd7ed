"""Charts that kustomize, helmfile, umbrella charts and pipelines install."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from seatrial.kit.delivery.releases import releases
from seatrial.kit.platform.install import Install, Layer, split_name
from seatrial.kit.platform.live import is_aside
from seatrial.kit.site import Site
from seatrial.repo.environments import environment_of
from seatrial.repo.files import File
from seatrial.repo.kubernetes import kustomize
from seatrial.repo.kubernetes.charts import Chart, Dependency
from seatrial.repo.yaml import Node, Value


def of_kustomize(site: Site[object]) -> Iterator[Install]:
    """Yield charts of `helmCharts`."""
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
    chart, repository = split_name(entry.at("name").text, entry.at("repo").text)
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


def of_helmfiles(site: Site[object]) -> Iterator[Install]:
    """Yield releases of helmfiles."""
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
    chart, alias = split_name(release.at("chart").text, "")
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


def of_dependencies(site: Site[object]) -> Iterator[Install]:
    """Yield dependencies of own charts that some environment switches on."""
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


def of_commands(site: Site[object]) -> Iterator[Install]:
    """Yield charts of others that `helm` commands of pipelines install."""
    for release in releases(site):
        for act in release.acts:
            command = act.command
            if command is None or command.program != "helm" or act.step is None:
                continue
            words = command.words
            if words[:1] not in {("upgrade",), ("install",)} or len(words) < 3:  # noqa: PLR2004 (verb, release, chart)
                continue
            chart, repository = split_name(words[2], command.flag("--repo") or "")
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
