"""Dead values: what a chart's values files set and no template reads.

A value is called dead when no template names it and changing it changes nothing that is rendered;
one that a switch merely turns off is named, and so is not dead.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from seatrial.kit.platform.template_paths import Path
from seatrial.kit.platform.value_hints import Hints
from seatrial.kit.platform.value_names import named_by
from seatrial.model.place import Place
from seatrial.model.struct import field, struct
from seatrial.repo.files import File
from seatrial.repo.kubernetes.charts import Chart
from seatrial.repo.kubernetes.helm import HelmError
from seatrial.repo.yaml import Node, Value

_MARK: Final = "seatrial-changed"
_RANDOM: Final = ("rand", "uuid", "now", "gen", "derivePassword", "shuffle", "htpasswd", "encrypt")
_MAX_LEAVES: Final = 5000
_MAX_SINGLE: Final = 40
"""Most candidates that are tried alone or in halves once the joint change shows."""


@struct
class DeadValue:
    """A value that nothing reads.

    Attributes:
        place: where a values file sets it.
        path: its keys, joined with dots.
        nearest_live: the path of that kind that templates do read, None when none is near.
    """

    place: Place
    path: str
    nearest_live: str | None


@struct
class DeadValues:
    """The dead values of a chart in an environment.

    Attributes:
        unknown: why it could not be told, empty when it could.
    """

    found: tuple[DeadValue, ...] = ()
    unknown: str = ""

    def __iter__(self) -> Iterator[DeadValue]:
        """The values themselves."""
        return iter(self.found)

    def __len__(self) -> int:
        """How many there are."""
        return len(self.found)


@struct
class _Trial:
    """Renders changed values and says whether anything that is rendered changed."""

    chart: Chart
    overrides: Mapping[str, Value]
    filled: bool
    base: dict[str, list[str]]
    unsteady: frozenset[tuple[str, int]]
    tried: list[int] = field(default_factory=list)

    def changes(self, leaves: Mapping[Path, Value]) -> bool:
        """True when the rendering differs or fails."""
        self.tried.append(len(leaves))
        try:
            texts = self.chart.render_values(_changed(self.overrides, leaves), filled=self.filled)
        except HelmError:
            return True
        return _lines(texts, self.unsteady) != self.base


def dead_values(chart: Chart, environment: str | None) -> DeadValues:
    """Values of a chart that no template reads, in the files that the environment uses.

    Args:
        chart: the chart; library charts have no dead values.
        environment: one of its environments, or None for its defaults alone.
    """
    if chart.is_library:
        return DeadValues()
    rendering = chart.render(environment)
    if not rendering.ok:
        return DeadValues(unknown=f"the chart does not render: {rendering.error}")
    layers = _layers(chart, environment)
    named = named_by(chart, environment)
    leaves = {p: v for p, v in _leaves(_merged(layers)) if not _given_away(chart, p)}
    candidates = {p: v for p, v in leaves.items() if not named.names(p)}
    if not candidates:
        return DeadValues()
    try:
        trial = _trial(chart, environment, filled=rendering.filled)
    except HelmError as error:
        return DeadValues(unknown=f"the chart does not render: {error}")
    dead = set(_confirmed(trial, candidates))
    hints = Hints(named, set(leaves) - dead)
    nearest = {path: hints(path) for path in dead}
    return DeadValues(
        tuple(
            DeadValue(place, ".".join(path), nearest[path])
            for file, node in layers
            for path, place in _places(file, node)
            if path in dead
        )
    )


def unread(chart: Chart, given: Mapping[Path, Value]) -> dict[Path, str | None]:
    """Values that somebody gives a chart and that it does not read, with what it does read.

    Empty where it cannot be told: a library, or a chart that does not render.
    """
    if chart.is_library or not given:
        return {}
    named = named_by(chart, None)
    candidates = {
        p: v for p, v in given.items() if not _given_away(chart, p) and not named.names(p)
    }
    rendering = chart.render(None) if candidates else None
    if rendering is None or not rendering.ok:
        return {}
    try:
        dead = set(_confirmed(_trial(chart, None, filled=rendering.filled), candidates))
    except HelmError:
        return {}
    living = {path for path, _ in _leaves(_merged(_layers(chart, None)))}
    hints = Hints(named, living - dead)
    return {path: hints(path) for path in candidates if path in dead}


def _layers(chart: Chart, environment: str | None) -> list[tuple[File, Node]]:
    own = [(chart.values_file, chart.values)] if chart.values_file else []
    return [*own, *((v.file, v.node) for v in chart.layers(environment))]


def _merged(layers: Sequence[tuple[File, Node]]) -> dict[str, Value]:
    from seatrial.repo.kubernetes.chart_values import merged

    plain = [node.plain() for _, node in layers]
    return merged(p for p in plain if isinstance(p, dict))


def _given_away(chart: Chart, path: Path) -> bool:
    """What subcharts read, and what Helm itself reads to switch them."""
    keys = {d.key for d in chart.dependencies} | {d.name for d in chart.dependencies}
    vendored = {p.split("/")[1] for p in chart.files if p.startswith("charts/")}
    if path[0] in keys | vendored or (path[0] in {"global", "tags"} and (keys or vendored)):
        return True
    conditions = {c.strip() for d in chart.dependencies for c in d.condition.split(",")}
    return ".".join(path) in conditions


def _trial(chart: Chart, environment: str | None, *, filled: bool) -> _Trial:
    overrides = chart.overrides(environment)
    first = chart.render_values(overrides, filled=filled)
    unsteady: frozenset[tuple[str, int]] = frozenset()
    if any(word in t.text for t in chart.templates for word in _RANDOM) or chart.dependencies:
        second = chart.render_values(overrides, filled=filled)
        unsteady = frozenset(_unsteady(first, second))
    return _Trial(chart, overrides, filled, _lines(first, unsteady), unsteady)


def _unsteady(first: Mapping[str, str], second: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    for path, text in first.items():
        pairs = zip(text.split("\n"), second.get(path, "").split("\n"), strict=False)
        yield from ((path, i) for i, (a, b) in enumerate(pairs) if a != b)


def _lines(texts: Mapping[str, str], unsteady: frozenset[tuple[str, int]]) -> dict[str, list[str]]:
    """Lines that count, by template; comments, blank lines and random ones are left out."""
    return {
        path: [
            line
            for number, line in enumerate(text.split("\n"))
            if line.strip() and not line.lstrip().startswith("#") and (path, number) not in unsteady
        ]
        for path, text in texts.items()
    }


def _confirmed(trial: _Trial, candidates: Mapping[Path, Value]) -> Iterator[Path]:
    if not trial.changes(candidates):
        yield from candidates
    elif len(candidates) > 1 and len(trial.tried) < _MAX_SINGLE:
        # One of them is alive after all, or spoils the rendering: halves tell which.
        paths = list(candidates)
        for part in (paths[: len(paths) // 2], paths[len(paths) // 2 :]):
            yield from _confirmed(trial, {p: candidates[p] for p in part})


def _changed(overrides: Mapping[str, Value], leaves: Mapping[Path, Value]) -> dict[str, Value]:
    from seatrial.repo.kubernetes.chart_values import merged

    layers: list[Mapping[str, Value]] = [overrides]
    for path, value in leaves.items():
        changed: Value = _other(value)
        for step in reversed(path[1:]):
            changed = {step: changed}
        layers.append({path[0]: changed})
    return merged(layers)


def _other(value: Value) -> Value:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, str):
        return value + _MARK
    if isinstance(value, list):
        return [*value, _MARK]
    return {_MARK: _MARK} if isinstance(value, dict) else _MARK


def _leaves(values: Mapping[str, Value], above: Path = ()) -> Iterator[tuple[Path, Value]]:
    """Scalars and lists that set something; lists are leaves as a whole. Bounded."""
    budget = _MAX_LEAVES
    stack: list[tuple[Path, Value]] = [((*above, k), v) for k, v in values.items()]
    while stack and budget:
        path, value = stack.pop()
        if isinstance(value, dict) and value:
            stack.extend(((*path, k), v) for k, v in value.items())
        elif value not in ({}, [], None):
            # An empty map, list or null is a placeholder: it sets nothing.
            budget -= 1
            yield path, value


def _places(file: File, node: Node, above: Path = ()) -> Iterator[tuple[Path, Place]]:
    for key, child in node.pairs():
        path = (*above, key)
        if child.kind == "map" and child.names():
            if len(path) < 100:  # noqa: PLR2004  # deeper than any values file
                yield from _places(file, child, path)
        else:
            mark = node.key(key)
            yield path, file.place(mark.line, mark.column)
