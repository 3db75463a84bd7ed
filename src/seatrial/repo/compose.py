"""Compose files: services with what reviewers ask about, and their lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from seatrial.model.place import Place
from seatrial.repo.files import File, Root
from seatrial.repo.yaml import Node


@dataclass(frozen=True, eq=False)
class Service:
    """One service of a compose file.

    Attributes:
        node: its mapping.
        line: line of its key.
    """

    file: File
    name: str
    node: Node
    line: int

    @property
    def place(self) -> Place:
        """Where the service's key stands."""
        return self.file.place(self.line)

    def place_of(self, *path: str) -> Place:
        """Place of a key below the service; the service's own when it is not there."""
        node, line = self.node, self.line
        for step in path:
            if not node.has(step):
                break
            line, node = node.line_of(step), node.at(step)
        return self.file.place(line)

    @property
    def image(self) -> str:
        """Image as written; empty when it is only built."""
        return self.node.at("image").text

    @property
    def build(self) -> str:
        """Context folder that it is built from; empty when it is not built here."""
        node = self.node.at("build")
        if node.kind == "scalar":
            return node.text
        return (node.at("context").text or ".") if node.kind == "map" else ""

    @property
    def ports(self) -> tuple[str, ...]:
        """Published ports as written (the target of the long form)."""
        return tuple(
            n.text or n.at("published").text or n.at("target").text
            for n in self.node.at("ports").items()
        )

    @cached_property
    def environment(self) -> tuple[tuple[str, Node], ...]:
        """Variables with the node that holds the value (`A=b` entries: the whole entry)."""
        node = self.node.at("environment")
        if node.kind == "map":
            return tuple(node.pairs())
        return tuple((n.text.partition("=")[0], n) for n in node.items() if n.text)

    @property
    def healthcheck(self) -> Node:
        """Its health check; `NOTHING` when there is none or it is disabled."""
        node = self.node.at("healthcheck")
        disabled = node.at("disable").value is True or node.at("test", 0).text == "NONE"
        return self.node.at("healthcheck", "-") if disabled else node

    @cached_property
    def volumes(self) -> tuple[str, ...]:
        """Mounts as `source:target`."""
        return tuple(
            n.text or f"{n.at('source').text}:{n.at('target').text}"
            for n in self.node.at("volumes").items()
        )

    @property
    def bind_mounts(self) -> tuple[str, ...]:
        """Mounts of a folder of the repository into the container."""
        return tuple(v for v in self.volumes if v.startswith((".", "/", "~", "$", "${PWD")))

    @property
    def watches(self) -> bool:
        """True when `docker compose watch` would sync or rebuild it."""
        return bool(self.node.at("develop", "watch").items())

    @property
    def depends_on(self) -> tuple[str, ...]:
        """Names of the services that it waits for."""
        node = self.node.at("depends_on")
        return tuple(node.names()) if node.kind == "map" else tuple(n.text for n in node.items())

    @property
    def profiles(self) -> tuple[str, ...]:
        """Profiles that must be named for it to start."""
        return tuple(n.text for n in self.node.at("profiles").items())


@dataclass(frozen=True, eq=False)
class Compose:
    """One compose file."""

    file: File
    node: Node

    @cached_property
    def services(self) -> tuple[Service, ...]:
        """Services in the order of the file."""
        services = self.node.at("services")
        return tuple(
            Service(self.file, name, node, services.line_of(name))
            for name, node in services.pairs()
            if node.kind == "map"
        )

    def service(self, name: str) -> Service | None:
        """The service with this name."""
        return next((s for s in self.services if s.name == name), None)


def read(root: Root) -> Iterator[Compose]:
    """Yield the compose files of a repository."""
    for file in root.files.values():
        if _is_named_so(file.name):
            node = file.yaml.first
            if node.at("services").kind == "map":
                yield Compose(file, node)


def _is_named_so(name: str) -> bool:
    if not name.endswith((".yml", ".yaml")):
        return False
    stem = name.rpartition(".")[0]
    return stem.startswith(("docker-compose", "compose", "podman-compose")) or stem.endswith(
        ("docker-compose", ".compose", "-compose")
    )
