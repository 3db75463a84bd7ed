"""One installation of a chart, and the values that it is given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from seatrial.model.place import Place
from seatrial.model.struct import field, replace, struct
from seatrial.repo.yaml import NOTHING, Node

_OFF: Final = frozenset({"false", "null", "0"})


@struct
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


@struct
class Setting:
    """A value that an install gives: the node (or the text of a `set`), and where it stands."""

    node: Node
    text: str
    place: Place

    @property
    def is_off(self) -> bool:
        """True for false, null and 0."""
        return self.text in _OFF or self.node.is_null


@struct(eq=False)
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


def split_name(chart: str, repository: str) -> tuple[str, str]:
    """Last part of a chart's name, and its repository (`grafana/loki` names an alias)."""
    head, _, last = chart.rstrip("/").rpartition("/")
    return last.partition(":")[0].removesuffix(".tgz"), repository or head
