"""Helm charts: what they declare, which values each environment gives, and what they render."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from seatrial.model.struct import field, replace, struct
from seatrial.repo.files import File, Root
from seatrial.repo.kubernetes import (
    chart_archive,
    chart_files,
    chart_references,
    chart_values,
    helm,
)
from seatrial.repo.kubernetes.chart_archive import Dependency
from seatrial.repo.kubernetes.chart_references import Reference
from seatrial.repo.kubernetes.chart_rendering import Rendering, render
from seatrial.repo.kubernetes.chart_values import ValuesFile
from seatrial.repo.kubernetes.helm import preload
from seatrial.repo.yaml import NOTHING, Documents, Node, Value

__all__ = ["Chart", "Dependency", "Rendering", "ValuesFile", "preload", "read"]


@struct(eq=False)
class Chart:
    """A chart of an audited repository; vendored subcharts are part of their parent.

    Attributes:
        folder: path of its folder, empty at the repository's root.
        file: its Chart.yaml.
        files: all its text files, by path inside the chart.
        values_files: files that override its own values, those of references first.
        references: who installs it, as far as the repositories show.
        is_part: True for one that an umbrella chart of the repository takes by `file://` and that
            nobody installs by itself: its parent renders its objects.
        parsed: rendered texts as YAML, so that equal ones of several environments share nodes.
        locals: other charts of the repository, by folder; they stand in for `file://` dependencies.
    """

    root: Root
    folder: str
    file: File
    files: Mapping[str, File]
    values_files: tuple[ValuesFile, ...]
    references: tuple[Reference, ...]
    roots: tuple[Root, ...] = ()
    is_part: bool = False
    locals: Mapping[str, Mapping[str, File]] = field(default_factory=dict)
    _renderings: dict[str | None, Rendering] = field(default_factory=dict)
    _renderers: dict[tuple[bool, bool], helm.Renderer] = field(default_factory=dict)
    parsed: dict[str, Documents] = field(default_factory=dict)

    def __repr__(self) -> str:
        """Folder only."""
        return f"<Chart {self.folder or '.'}>"

    @property
    def metadata(self) -> Node:
        """Content of Chart.yaml."""
        return self.file.yaml.first

    @property
    def name(self) -> str:
        """Its name; the folder's name when Chart.yaml gives none."""
        return self.metadata.at("name").text or posixpath.basename(self.folder) or "chart"

    @property
    def version(self) -> str:
        """Version of the chart."""
        return self.metadata.at("version").text

    @property
    def app_version(self) -> str:
        """Version of the application."""
        return self.metadata.at("appVersion").text

    @property
    def is_library(self) -> bool:
        """True for a chart that renders nothing by itself."""
        return self.metadata.at("type").text == "library"

    @property
    def values_file(self) -> File | None:
        """Its values.yaml."""
        return self.files.get("values.yaml") or self.files.get("values.yml")

    @property
    def values(self) -> Node:
        """Its default values."""
        return self.values_file.yaml.first if self.values_file else NOTHING

    @cached_property
    def default_values(self) -> dict[str, Value]:
        """Its default values as plain data."""
        file = self.values_file
        return ValuesFile(file, self.values, None).values if file else {}

    @cached_property
    def templates(self) -> tuple[File, ...]:
        """Its own templates, helpers and NOTES.txt among them."""
        return tuple(f for p, f in self.files.items() if p.startswith("templates/"))

    @cached_property
    def vendored_texts(self) -> tuple[str, ...]:
        """Templates of its subcharts, unpacked, packed and local ones."""
        texts = [f.text for p, f in self.files.items() if p.startswith("charts/")]
        for folder in self._local_folders():
            texts += [f.text for p, f in self.locals[folder].items() if p.startswith("templates/")]
        return (*texts, *chart_files.packed_templates(self._packed))

    @cached_property
    def dependencies(self) -> tuple[Dependency, ...]:
        """Charts that it declares."""
        old = self.files.get("requirements.yaml")
        declared = self.metadata.at("dependencies") or (
            old.yaml.first.at("dependencies") if old else NOTHING
        )
        file = self.file if self.metadata.has("dependencies") or not old else old
        return tuple(self._dependency(n, file) for n in declared.items() if n.at("name").text)

    @cached_property
    def missing_dependencies(self) -> tuple[Dependency, ...]:
        """Declared charts whose content is not in the repository: rendered without them."""
        return tuple(d for d in self.dependencies if not d.vendored and not d.local)

    @cached_property
    def environments(self) -> tuple[str, ...]:
        """Environments that values files or references give values for, in order."""
        named = [v.environment for v in self.values_files]
        named += [r.environment for r in self.references]
        return tuple(dict.fromkeys(n for n in named if n))

    def layers(self, environment: str | None) -> tuple[ValuesFile, ...]:
        """Values files of an environment, lowest first; none for the defaults alone."""
        if environment is None:
            return ()
        for reference in self.references:
            if reference.environment == environment:
                layers = tuple(chart_values.resolved(reference, self.folder, self.roots))
                if layers:
                    return layers
        return tuple(v for v in self.values_files if v.environment == environment)

    def overrides(self, environment: str | None) -> dict[str, Value]:
        """Values that an environment lays over the defaults, command line included."""
        sets = [
            s
            for r in self.references
            if r.environment is None or r.environment == environment
            for s in r.sets
        ]
        layers = [v.values for v in self.layers(environment)]
        return chart_values.merged([*layers, chart_values.set_values(sets)])

    def render(self, environment: str | None = None) -> Rendering:
        """What the chart renders for an environment (None: its defaults); computed once."""
        if environment not in self._renderings:
            self._renderings[environment] = render(self, environment, self.overrides(environment))
        return self._renderings[environment]

    def render_values(self, values: Mapping[str, Value], *, filled: bool = False) -> dict[str, str]:
        """Texts by template path for any overriding values, without checking their schema.

        Args:
            values: laid over the defaults.
            filled: lets values that `required` asks for stand as `helm.SET_AT_DEPLOY`.

        Raises:
            helm.HelmError: it does not render.
        """
        return self.renderer(filled=filled, schema=False).render(values)

    def renderer(self, *, filled: bool, schema: bool) -> helm.Renderer:
        """The loaded chart.

        Raises:
            helm.HelmError: it cannot be loaded.
        """
        schema = schema and any(p.endswith("values.schema.json") for p in self.files)
        key = (filled, schema)
        if key not in self._renderers:
            texts = dict(self._texts(filled=filled, schema=schema))
            self._renderers[key] = helm.Renderer(helm.pack(self.name, texts, self._packed))
        return self._renderers[key]

    @cached_property
    def _packed(self) -> dict[str, bytes]:
        return chart_files.packed(self.root, self.folder)

    def _dependency(self, node: Node, file: File) -> Dependency:
        name, repository = node.at("name").text, node.at("repository").text
        local = ""
        if repository.startswith("file://"):
            local = posixpath.normpath(posixpath.join(self.folder, repository[len("file://") :]))
        return Dependency(
            name,
            node.at("version").text,
            repository,
            node.at("condition").text,
            file.place(node.line),
            node.at("alias").text or name,
            vendored=f"charts/{name}/Chart.yaml" in self.files
            or any(chart_files.is_version_of(path, name) for path in self._packed),
            local=local if local in self.locals else "",
        )

    def _local_folders(self) -> Iterator[str]:
        for dependency in self.dependencies:
            if dependency.local and not dependency.vendored and dependency.local != self.folder:
                yield dependency.local

    def _texts(self, *, filled: bool, schema: bool) -> Iterator[tuple[str, str]]:
        for path, file in self.files.items():
            yield from chart_archive.prepared(path, file, filled=filled, schema=schema)
        for folder in self._local_folders():
            for path, file in self.locals[folder].items():
                inner = f"charts/{folder.replace('/', '-')}/{path}"
                yield from chart_archive.prepared(inner, file, filled=filled, schema=schema)


def read(roots: Sequence[Root]) -> tuple[Chart, ...]:
    """All charts of all repositories."""
    folders = {root: chart_files.chart_folders(root) for root in roots}
    if not any(folders.values()):
        return ()
    references = chart_references.find(roots)
    charts: list[Chart] = []
    for root, files in folders.items():
        texts = {folder: chart_files.texts_of(root, folder, files) for folder in files}
        for folder, file in files.items():
            name = file.yaml.first.at("name").text
            mine = tuple(r for r in references if chart_values.points_to(r, folder, name))
            beside = chart_values.beside(root, folder, name, files)
            extra = [v for r in mine for v in chart_values.resolved(r, folder, roots)]
            values = _without_doubles([*extra, *beside], texts[folder].get("values.yaml"))
            charts.append(
                Chart(root, folder, file, texts[folder], values, mine, tuple(roots), locals=texts)
            )
    parts = {(c.root, d.local) for c in charts for d in c.dependencies if d.local}
    return tuple(
        replace(c, is_part=not c.environments) if (c.root, c.folder) in parts else c for c in charts
    )


def _without_doubles(values: list[ValuesFile], default: File | None) -> tuple[ValuesFile, ...]:
    kept: dict[File, ValuesFile] = {}
    for one in values:
        if one.file is not default and not one.inline:
            kept.setdefault(one.file, one)
    return tuple(kept.values())
