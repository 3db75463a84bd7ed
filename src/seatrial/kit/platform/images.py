"""Image references: their parts, tags that move, and tags that cannot belong to their image."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.platform.live import is_aside, live_manifests
from seatrial.kit.platform.workloads import is_store
from seatrial.kit.site import Site, once
from seatrial.model.place import Place
from seatrial.model.struct import struct
from seatrial.repo.kubernetes import kustomize
from seatrial.repo.yaml import Node

_MOVING: Final = frozenset(
    "latest main master trunk develop development dev edge nightly canary next head snapshot"
    " staging stage test qa prod production live current release unstable".split()
)
_HEX: Final = frozenset("0123456789abcdef")
_SHORTEST, _LONGEST = 7, 64
_PUBLIC_HOSTS: Final = ("docker.io/", "index.docker.io/", "registry-1.docker.io/", "quay.io/")


@struct
class Image:
    """Parts of a reference; a part that is not written is empty."""

    repository: str
    tag: str
    digest: str

    @property
    def moves(self) -> bool:
        """True when the same reference can mean another image tomorrow."""
        if self.digest:
            return False
        return not self.tag or self.tag.lower() in _MOVING

    @property
    def is_computed(self) -> bool:
        """True when a part of it is filled in by a tool."""
        return any(mark in f"{self.repository}:{self.tag}" for mark in ("$", "{{", "set-at-deploy"))


@struct
class StrayTag:
    """A tag that cannot be one of its image: a store's image with a commit of the application."""

    image: str
    tag: str
    place: Place
    environments: tuple[str, ...]


def image_of(reference: str) -> Image:
    """Take a reference apart."""
    rest, _, digest = reference.strip().partition("@")
    head, slash, last = rest.rpartition("/")
    name, _, tag = last.partition(":")
    return Image(f"{head}{slash}{name}", tag, digest)


def is_commit(tag: str) -> bool:
    """True for what looks like a git commit: 7 to 64 hex digits, letters and digits both."""
    word = tag.removeprefix("sha-").removeprefix("git-")
    if not _SHORTEST <= len(word) <= _LONGEST or not _HEX.issuperset(word):
        return False
    return not word.isdigit() and not word.isalpha()


def is_foreign_store(repository: str) -> bool:
    """True for a public image of a database, cache or broker, which nobody builds per commit."""
    plain = repository.lower()
    for host in _PUBLIC_HOSTS:
        plain = plain.removeprefix(host)
    host = plain.partition("/")[0]
    return is_store(plain) and "." not in host and ":" not in host


@once
def stray_tags(site: Site[object]) -> tuple[StrayTag, ...]:
    """Tags that cannot be right, in values files, kustomizations and objects, each once."""
    found: dict[tuple[str, str, Place], StrayTag] = {}
    seen: set[tuple[str, str]] = set()
    for stray in (*_in_values(site), *_in_kustomizations(site)):
        seen.add((stray.image.rpartition("/")[2], stray.tag))
        found.setdefault((stray.image, stray.tag, stray.place), stray)
    for stray in _in_objects(site):
        # What a chart renders was already named where its values stand.
        if (stray.image.rpartition("/")[2], stray.tag) not in seen:
            found.setdefault((stray.image, stray.tag, stray.place), stray)
    return tuple(found.values())


def _in_values(site: Site[object]) -> Iterator[StrayTag]:
    for chart in site.repo.charts:
        if is_aside(f"{chart.folder}/x"):
            continue
        sets = [(v.file, v.node, v.environment) for v in chart.values_files]
        if chart.values_file:
            sets.append((chart.values_file, chart.values, None))
        for file, node, environment in sets:
            names = (environment,) if environment else ()
            for image, tag, line in _pairs(node):
                if _is_stray(image, tag):
                    yield StrayTag(image, tag, file.place(line), names)


def _pairs(node: Node) -> Iterator[tuple[str, str, int]]:
    """Yield image, tag and line of every image in values, however it is written."""
    for path, one in node.walk():
        if one.kind == "map":
            named = one.at("repository").text or one.at("image").text or one.at("name").text
            tag = one.at("tag")
            if named and tag.text and not image_of(named).tag:
                yield named, tag.text, one.line_of("tag")
        elif one.kind == "scalar" and path and path[-1] == "image" and ":" in one.text:
            image = image_of(one.text)
            yield image.repository, image.tag, one.line


def _in_kustomizations(site: Site[object]) -> Iterator[StrayTag]:
    for root in site.repo.roots:
        for one in kustomize.read(root):
            names = (one.environment,) if one.environment else ()
            for name, entry in kustomize.images(one.node).items():
                image = entry.at("newName").text or name
                tag = entry.at("newTag").text
                if _is_stray(image, tag):
                    place = one.file.place(entry.line_of("newTag"))
                    yield StrayTag(image, tag, place, names)


def _in_objects(site: Site[object]) -> Iterator[StrayTag]:
    for manifest in live_manifests(site):
        for index, container in enumerate(manifest.containers):
            image = image_of(container.at("image").text)
            if _is_stray(image.repository, image.tag):
                place = manifest.place(*manifest.pod_path, "containers", index, "image")
                yield StrayTag(image.repository, image.tag, place, manifest.environments)


def _is_stray(repository: str, tag: str) -> bool:
    return bool(tag) and is_commit(tag) and is_foreign_store(repository)
