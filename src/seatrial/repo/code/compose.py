"""Compose files: services, what they are made of and how they run."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from seatrial.model.place import Place
from seatrial.model.struct import struct
from seatrial.repo.code.composemounts import Mount, mount_of
from seatrial.repo.code.dockerwords import filled
from seatrial.repo.files import File, Root
from seatrial.repo.yaml import NOTHING, Node

__all__ = ["Compose", "Mount", "Service", "is_compose", "read"]


@struct(eq=False)
class Service:
    """One service."""

    file: File
    name: str
    node: Node
    line: int
    env: dict[str, str]

    def __repr__(self) -> str:
        """Name and place; the environment may hold secrets."""
        return f"<Service {self.name} {self.place}>"

    @property
    def place(self) -> Place:
        """Where its name stands."""
        return self.file.place(self.line)

    def place_of(self, *path: str) -> Place:
        """Place of a key below the service; the service's own when it is not there."""
        node, line = self.node, self.line
        for step in path:
            line = node.line_of(step) if node.has(step) else line
            node = node.at(step)
        return self.file.place(line)

    @property
    def image(self) -> str:
        """Image, variables filled in from defaults and the `.env` file beside; empty without."""
        return filled(self.node.at("image").text, self.env)

    @property
    def build(self) -> str:
        """Folder of the build context as written; empty when nothing is built."""
        node = self.node.at("build")
        if not node or node.is_null:
            return ""
        return node.text if node.kind == "scalar" else node.at("context").text or "."

    @property
    def dockerfile(self) -> str:
        """Dockerfile of the build as written, relative to the context."""
        return self.node.at("build", "dockerfile").text

    @cached_property
    def ports(self) -> tuple[str, ...]:
        """Published ports as written in the short form (`8080:80`, `127.0.0.1:5432:5432`)."""
        return tuple(p for n in self.node.at("ports").items() if (p := _port(n)))

    @cached_property
    def environment(self) -> tuple[tuple[str, Node], ...]:
        """Names of its environment with the nodes of their values (the whole item of a list)."""
        node = self.node.at("environment")
        if node.kind == "map":
            return tuple(node.pairs())
        return tuple((n.text.partition("=")[0], n) for n in node.items() if n.text)

    @property
    def env_files(self) -> tuple[str, ...]:
        """Paths of its `env_file`."""
        listed = self.node.at("env_file").listed()
        return tuple(n.text or n.at("path").text for n in listed)

    @property
    def healthcheck(self) -> Node:
        """Its health check; `NOTHING` without one and when it is disabled."""
        node = self.node.at("healthcheck")
        tests = [n.text for n in node.at("test").listed()]
        off = node.at("disable").value is True or tests[:1] == ["NONE"]
        return NOTHING if off else node

    @cached_property
    def mounts(self) -> tuple[Mount, ...]:
        """Its volumes."""
        return tuple(m for n in self.node.at("volumes").items() if (m := mount_of(n)))

    @property
    def bind_mounts(self) -> tuple[Mount, ...]:
        """Volumes that mount a folder or file of the host."""
        return tuple(m for m in self.mounts if m.is_bind)

    @property
    def restart(self) -> str:
        """Restart policy; empty without one."""
        return (
            self.node.at("restart").text
            or self.node.at("deploy", "restart_policy", "condition").text
        )

    @property
    def depends_on(self) -> tuple[tuple[str, str], ...]:
        """Services it waits for, each with the condition (`service_started` by default)."""
        node = self.node.at("depends_on")
        if node.kind == "map":
            return tuple((k, v.at("condition").text or "service_started") for k, v in node.pairs())
        return tuple((n.text, "service_started") for n in node.items())

    @property
    def replicas(self) -> int | None:
        """Number of replicas; 1 by default, None when a variable decides."""
        node = self.node.at("deploy", "replicas") or self.node.at("scale")
        if not node:
            return 1
        return node.value if isinstance(node.value, int) else None

    @property
    def watch(self) -> Node:
        """Rules of `develop.watch`; `NOTHING` without them."""
        return self.node.at("develop", "watch")

    @property
    def profiles(self) -> tuple[str, ...]:
        """Profiles that switch it on; empty for a service that always starts."""
        return tuple(n.text for n in self.node.at("profiles").listed())


@struct(eq=False)
class Compose:
    """A compose file; parsed when somebody first asks for its services."""

    file: File

    @property
    def node(self) -> Node:
        """The whole document."""
        return self.file.yaml.first

    @property
    def place(self) -> Place:
        """Its first line."""
        return self.file.place()

    @property
    def is_override(self) -> bool:
        """True when its name says that it is laid over another file."""
        return ".override." in self.file.name

    @cached_property
    def services(self) -> tuple[Service, ...]:
        """Its services, in order."""
        node = self.node.at("services")
        if not node or not any(
            v.at("image").text and "$" in v.at("image").text for v in _values(node)
        ):
            env: dict[str, str] = {}
        else:
            env = _dotenv(self.file)
        return tuple(
            Service(self.file, name, value, node.line_of(name), env)
            for name, value in node.pairs()
            if not name.startswith("x-")
        )

    def service(self, name: str) -> Service | None:
        """The service of this name."""
        return next((s for s in self.services if s.name == name), None)

    @property
    def includes(self) -> tuple[str, ...]:
        """Paths of the compose files that it includes, as written."""
        listed = self.node.at("include").items()
        return tuple(p.text for n in listed for p in (n.at("path").listed() or [n]) if p.text)


def read(root: Root) -> Iterator[Compose]:
    """Yield the compose files of a repository."""
    for file in root.files.values():
        if is_compose(file.name):
            yield Compose(file)


def is_compose(name: str) -> bool:
    """True for `compose*.yaml` and `docker-compose*.yml` in all their spellings."""
    lowered = name.lower()
    if not lowered.endswith((".yml", ".yaml")):
        return False
    stem = lowered.rpartition(".")[0].removeprefix("docker-").removeprefix("podman-")
    return stem == "compose" or stem.startswith(("compose.", "compose-", "compose_"))


def _values(node: Node) -> Iterator[Node]:
    return (value for _, value in node.pairs())


def _port(node: Node) -> str:
    if node.kind == "scalar":
        return node.text
    target, published = node.at("target").text, node.at("published").text
    host = node.at("host_ip").text
    return ":".join(part for part in (host, published, target) if part)


def _dotenv(file: File) -> dict[str, str]:
    """Variables of the `.env` that Compose reads by itself; used for image names only."""
    path = f"{file.folder}/.env" if file.folder else ".env"
    beside = file.root.files.get(path)
    found: dict[str, str] = {}
    for line in beside.lines if beside else []:
        name, equals, value = line.strip().partition("=")
        if equals and not name.startswith("#"):
            found[name.removeprefix("export ").strip()] = filled(value.strip().strip("\"'"), found)
    return found
