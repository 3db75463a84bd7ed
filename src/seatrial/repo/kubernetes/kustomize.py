"""Kustomize: what each overlay is made of, and the objects that it builds, without kustomize."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Final

from seatrial.model.place import Place
from seatrial.model.struct import struct
from seatrial.repo.environments import environment_of
from seatrial.repo.files import File, Root
from seatrial.repo.yaml import NOTHING, Documents, Node, Trouble, parse

NAMES: Final = frozenset({"kustomization.yaml", "kustomization.yml", "Kustomization"})
_SETS: Final = ("resources", "bases", "components", "crds")


@struct
class Patch:
    """A patch of a kustomization.

    Attributes:
        file: the file that holds it (the kustomization itself for an inline one).
        nodes: its documents; a list of operations for JSON 6902.
        target: the `target` selector, or `NOTHING`.
    """

    file: File
    nodes: tuple[Node, ...]
    target: Node
    place: Place

    @property
    def is_operations(self) -> bool:
        """True for a JSON 6902 patch."""
        return bool(self.nodes) and self.nodes[0].kind == "seq"


@struct
class Remote:
    """A base, resource or chart that lies outside of the repositories."""

    url: str
    place: Place


@struct(eq=False)
class Kustomization:
    """One kustomization file.

    Attributes:
        folder: its folder.
        node: its content.
    """

    root: Root
    file: File

    @property
    def folder(self) -> str:
        """Path of its folder."""
        return self.file.folder

    @cached_property
    def node(self) -> Node:
        """Its content."""
        return self.file.yaml.first

    @property
    def is_component(self) -> bool:
        """True for a Component: it only changes what includes it."""
        return self.node.at("kind").text == "Component"

    @property
    def environment(self) -> str | None:
        """The environment that its folder names."""
        return environment_of(self.folder)

    @property
    def namespace(self) -> str:
        """Namespace that it puts its objects into, or an empty string."""
        return self.node.at("namespace").text

    @cached_property
    def members(self) -> tuple[File | Kustomization, ...]:
        """Files and kustomizations that it lists as resources, bases and components, in order."""
        return tuple(m for kind in _SETS for m in self._members(kind))

    def _members(self, kind: str) -> Iterator[File | Kustomization]:
        for item in self.node.at(kind).items():
            path = self._path(item.text)
            if path in self.root.files:
                yield self.root.files[path]
                continue
            inner = at(self.root, path)
            if inner is not None:
                yield inner

    @cached_property
    def remotes(self) -> tuple[Remote, ...]:
        """What it takes from outside: remote bases and Helm charts; their content is unknown."""
        found = [
            Remote(item.text, self.file.place(item.line))
            for kind in _SETS
            for item in self.node.at(kind).items()
            if _is_remote(item.text)
        ]
        for chart in self.node.at("helmCharts").items():
            name = chart.at("repo").text or chart.at("name").text
            found.append(Remote(name, self.file.place(chart.line)))
        return tuple(found)

    @cached_property
    def absent(self) -> tuple[Remote, ...]:
        """Local paths that it lists and that are not there."""
        return tuple(
            Remote(item.text, self.file.place(item.line))
            for kind in _SETS
            for item in self.node.at(kind).items()
            if item.text
            and not _is_remote(item.text)
            and self._path(item.text) not in self.root.files
            and at(self.root, self._path(item.text)) is None
        )

    @cached_property
    def patches(self) -> tuple[Patch, ...]:
        """All its patches, in the order in which kustomize applies the kinds."""
        return tuple(self._patches())

    def _patches(self) -> Iterator[Patch]:
        for item in self.node.at("patchesStrategicMerge").items():
            yield from self._patch(item, item, NOTHING)
        for kind in ("patches", "patchesJson6902"):
            for item in self.node.at(kind).items():
                written = item.at("patch") if item.has("patch") else item.at("path")
                yield from self._patch(item, written, item.at("target"))

    def _patch(self, item: Node, written: Node, target: Node) -> Iterator[Patch]:
        place = self.file.place(item.line)
        path = self._path(written.text)
        if "\n" not in written.text and path in self.root.files:
            file = self.root.files[path]
            yield Patch(file, file.yaml.documents, target, place)
        elif "\n" in written.text:
            documents = _inline(written)
            if documents.trouble:
                self.root.note(self.file.path, documents.trouble)
            yield Patch(self.file, documents.documents, target, place)
        elif written.text and not _is_remote(written.text):
            trouble = Trouble(item.line, "the patch file that it names is not there")
            self.root.note(self.file.path, trouble)

    def _path(self, written: str) -> str:
        joined = posixpath.normpath(posixpath.join(self.folder, written))
        return "" if joined == "." else joined


def at(root: Root, folder: str) -> Kustomization | None:
    """The kustomization of a folder."""
    for name in NAMES:
        file = root.files.get(posixpath.join(folder, name) if folder else name)
        if file is not None:
            return Kustomization(root, file)
    return None


def read(root: Root) -> tuple[Kustomization, ...]:
    """All kustomizations of a repository (Flux's objects of that name are none)."""
    return tuple(
        Kustomization(root, file)
        for file in root.files.values()
        if file.name in NAMES and "kustomize.toolkit.fluxcd.io" not in _version(file)
    )


def _version(file: File) -> str:
    return file.yaml.first.at("apiVersion").text


def entries(found: tuple[Kustomization, ...]) -> tuple[Kustomization, ...]:
    """Those that no other one includes: what is delivered."""
    included = {
        member.file.path
        for one in found
        for member in one.members
        if isinstance(member, Kustomization)
    }
    kept = tuple(k for k in found if k.file.path not in included and not k.is_component)
    # Kustomizations that only include each other in a circle would be lost otherwise.
    return kept or tuple(k for k in found if not k.is_component)


def owned(found: tuple[Kustomization, ...]) -> frozenset[str]:
    """Paths of files that kustomizations take as resources or patches: no objects by themselves."""
    paths: set[str] = set()
    for one in found:
        paths.update(m.path for m in one.members if isinstance(m, File))
        paths.update(p.file.path for p in one.patches)
        for kind in ("configurations", "transformers", "generators", "replacements"):
            for item in one.node.at(kind).items():
                paths.add(one._path(item.text or item.at("path").text))
    return frozenset(paths)


def _inline(written: Node) -> Documents:
    # The text starts below its key: empty lines keep the numbers right.
    return parse("\n" * (written.content_line - 1) + written.text)


def _is_remote(written: str) -> bool:
    if "://" in written or written.startswith("git@"):
        return True
    host = written.partition("/")[0]
    return "/" in written and "." in host.strip(".") and not host.endswith((".yaml", ".yml"))


def images(node: Node) -> Mapping[str, Node]:
    """Entries of `images` by the name that they replace."""
    return {i.at("name").text: i for i in node.at("images").items() if i.at("name").text}
