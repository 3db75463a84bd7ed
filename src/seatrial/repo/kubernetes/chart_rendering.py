"""One rendering of a chart: its objects, or why there are none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from seatrial.model.place import Place
from seatrial.model.struct import field, replace, struct
from seatrial.repo import yaml
from seatrial.repo.files import File
from seatrial.repo.kubernetes import helm
from seatrial.repo.kubernetes.manifests import Manifest, make
from seatrial.repo.yaml import Documents, Node, Trouble, Value

if TYPE_CHECKING:
    from seatrial.repo.kubernetes.charts import Chart


@struct(eq=False)
class Rendering:
    """What a chart renders with the values of one environment.

    Attributes:
        environment: None for the chart's defaults.
        documents: rendered texts by template path (`chart/templates/x.yaml`).
        error: why it does not render, None when it does.
        error_place: the template's line that failed, or Chart.yaml.
        missing: True when it is not the chart's fault: there is no renderer here.
        filled: True when values that the chart requires and nobody gives stand as
            `helm.SET_AT_DEPLOY`.
    """

    chart: Chart
    environment: str | None
    documents: Mapping[str, str] = field(default_factory=dict)
    error: str | None = None
    error_place: Place | None = None
    missing: bool = False
    filled: bool = False

    @property
    def ok(self) -> bool:
        """True when it rendered."""
        return self.error is None

    @cached_property
    def manifests(self) -> tuple[Manifest, ...]:
        """Objects that it rendered."""
        environments = (self.environment,) if self.environment else ()
        return tuple(
            replace(manifest, environments=environments)
            for path, text in self.documents.items()
            for manifest in _objects(self.chart, path, text)
        )


def render(chart: Chart, environment: str | None, overrides: Mapping[str, Value]) -> Rendering:
    """Render a chart; what goes wrong is part of the answer."""
    if chart.is_library:
        return Rendering(chart, environment)
    for layer in chart.layers(environment):
        broken = None if layer.inline else layer.file.yaml.trouble
        if broken is not None:
            # Half of an environment's values would show an environment that does not exist.
            place = layer.file.place(broken.line)
            message = "a values file of it is not valid YAML"
            return Rendering(chart, environment, error=message, error_place=place)
    try:
        documents = chart.renderer(filled=False, schema=True).render(overrides)
        return Rendering(chart, environment, documents)
    except helm.HelmMissingError as error:
        return _failed(chart, environment, error, missing=True)
    except helm.HelmError as error:
        first = error
    if any(
        "required" in text for text in (*chart.vendored_texts, *(f.text for f in chart.templates))
    ):
        try:
            documents = chart.renderer(filled=True, schema=True).render(overrides)
            return Rendering(chart, environment, documents, filled=True)
        except helm.HelmError as error:
            return _failed(chart, environment, error)
    return _failed(chart, environment, first)


def _failed(
    chart: Chart, environment: str | None, error: helm.HelmError, *, missing: bool = False
) -> Rendering:
    place = chart.file.place()
    if error.template:
        file, line = source_of(chart, error.template)
        place = file.place(line or error.line)
    return Rendering(chart, environment, error=str(error), error_place=place, missing=missing)


def _objects(chart: Chart, path: str, text: str) -> Iterator[Manifest]:
    file, anchor = source_of(chart, path)
    seen: Counter[str] = Counter()
    for node in _documents(chart, path, text):
        for manifest in make(node, file, source="chart", chart=chart):
            yield replace(manifest, ordinal=seen[manifest.kind], anchor=anchor)
            seen[manifest.kind] += 1


def _documents(chart: Chart, path: str, text: str) -> Iterator[Node]:
    for part in text.split("\n---"):
        if "kind:" not in part:
            continue
        if part not in chart.parsed:
            # The rest of a separator's line (`--- # note`) is a comment or nothing.
            chart.parsed[part] = _parsed(chart, path, part)
        yield from chart.parsed[part].documents


def _parsed(chart: Chart, path: str, part: str) -> Documents:
    documents = yaml.parse(part.removeprefix("---"))
    if documents.trouble:
        file, anchor = source_of(chart, path)
        message = f"renders to what is no YAML: {documents.trouble.message}"
        chart.root.note(file.path, Trouble(anchor or 1, message))
    return documents


def manifests(chart: Chart) -> tuple[Manifest, ...]:
    """Objects of all environments of a chart; one that is the same in several names them all.

    With no environment known, the chart's defaults are what is installed. A part of an umbrella
    chart has none of its own: its parent renders them.
    """
    if chart.is_part:
        return ()
    merged: dict[tuple[str, int, int], Manifest] = {}
    for rendering in _renderings(chart):
        for manifest in rendering.manifests:
            key = (manifest.file.path, id(manifest.node), manifest.ordinal)
            same = merged.get(key)
            environments = manifest.environments
            if same is not None:
                environments = tuple(dict.fromkeys((*same.environments, *environments)))
            merged[key] = replace(manifest, environments=environments)
    return tuple(merged.values())


def _renderings(chart: Chart) -> list[Rendering]:
    wanted: tuple[str | None, ...] = chart.environments or (None,)
    made = [chart.render(environment) for environment in wanted]
    for rendering in made:
        if rendering.error is None:
            continue
        place = rendering.error_place or chart.file.place()
        of = f" for {rendering.environment}" if rendering.environment else ""
        hint = (
            "install seatrial with helm-python-sdk, or put helm on PATH"
            if rendering.missing
            else ""
        )
        chart.root.note(
            place.path, Trouble(place.line, f"not rendered{of}: {rendering.error}", hint)
        )
    if all(r.error is None or r.missing for r in made) or any(r.ok for r in made):
        return made
    # No environment's values suffice, but the defaults may.
    return [*made, chart.render(None)] if chart.environments else made


def source_of(chart: Chart, rendered: str) -> tuple[File, int]:
    """The template behind a rendered path, or Chart.yaml and the line of its subchart."""
    path = rendered.partition("/")[2]
    if path in chart.files:
        return chart.files[path], 0
    key = path.split("/")[1] if path.startswith("charts/") else ""
    for dependency in chart.dependencies:
        if key in {dependency.key, dependency.name}:
            inner = path.split("/", 2)[-1]
            for folder in (dependency.local, f"charts/{dependency.name}"):
                found = chart.locals.get(folder, {}).get(inner) or chart.files.get(
                    f"{folder}/{inner}"
                )
                if found:
                    return found, 0
            return chart.file, dependency.place.line
    return chart.file, 1
