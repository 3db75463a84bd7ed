"""Service containers in which tests meet what the system really runs, and how they are told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.data.databases import databases
from seatrial.kit.platform.live import is_aside
from seatrial.kit.platform.workloads import workloads
from seatrial.kit.site import Site, once
from seatrial.model.struct import struct
from seatrial.repo.files import Root

_ENV_FILES: Final = (".env.example", ".env.sample", "env.example", ".env.template", ".env.dist")


@struct
class Service:
    """One service container.

    Attributes:
        name: id of the service in a job.
        image: official image in the version that the system runs.
        port: on which it listens.
        env: what it has to be told to start without a password, for this one run.
        health: command that succeeds when it takes connections; empty where none is at hand.
    """

    name: str
    image: str
    port: int
    env: tuple[tuple[str, str], ...]
    health: str


@struct
class _Kind:
    name: str
    image: str
    version: str
    port: int
    schemes: tuple[str, ...]
    user: str
    path: str
    env: tuple[tuple[str, str], ...]
    health: str


_KINDS: Final = (
    _Kind(
        "postgres", "postgres", "17", 5432, ("postgres", "postgresql", "postgis", "psql"),
        "postgres@", "/test",
        (("POSTGRES_DB", "test"), ("POSTGRES_HOST_AUTH_METHOD", "trust")),
        "pg_isready --username postgres",
    ),
    _Kind(
        "mysql", "mysql", "8.4", 3306, ("mysql",), "root@", "/test",
        (("MYSQL_ALLOW_EMPTY_PASSWORD", "yes"), ("MYSQL_DATABASE", "test")),
        "mysqladmin ping --silent",
    ),
    _Kind(
        "mariadb", "mariadb", "11.4", 3306, ("mariadb",), "root@", "/test",
        (("MARIADB_ALLOW_EMPTY_ROOT_PASSWORD", "yes"), ("MARIADB_DATABASE", "test")),
        "healthcheck.sh --connect",
    ),
    _Kind(
        "mongodb", "mongo", "8.0", 27017, ("mongodb",), "", "/test", (), "mongosh --quiet --eval 1"
    ),
    _Kind("redis", "redis", "7.4", 6379, ("redis",), "", "/0", (), "redis-cli ping"),
    _Kind("valkey", "valkey/valkey", "8.1", 6379, ("valkey",), "", "/0", (), "valkey-cli ping"),
    _Kind(
        "rabbitmq", "rabbitmq", "4.1", 5672, ("amqp",), "", "/", (), "rabbitmq-diagnostics -q ping"
    ),
    _Kind("memcached", "memcached", "1.6", 11211, ("memcached",), "", "", (), ""),
)  # fmt: skip
_ENGINES: Final = {"postgresql": "postgres", "cockroachdb": ""}
_PARTS: Final[dict[str, tuple[str, ...]]] = {
    "postgres": ("POSTGRES", "PG", "DB", "DATABASE", "SQL"),
    "mysql": ("MYSQL", "DB", "DATABASE", "SQL"),
    "mariadb": ("MARIADB", "MYSQL", "DB", "DATABASE"),
    "mongodb": ("MONGO", "MONGODB", "DB"),
    "redis": ("REDIS", "CACHE"),
    "valkey": ("VALKEY", "REDIS", "CACHE"),
    "rabbitmq": ("RABBITMQ", "RABBIT", "AMQP", "BROKER"),
    "memcached": ("MEMCACHED", "CACHE"),
}


@once
def test_services(site: Site[object]) -> tuple[Service, ...]:
    """Databases, caches and queues of the system, each once, in the version that it runs."""
    images = tuple(_images(site))
    managed = {_ENGINES.get(d.engine, d.engine) for d in databases(site)}
    found: list[Service] = []
    for kind in _KINDS:
        image = next((i for i in images if _is_of(kind, i)), "")
        if image or kind.name in managed:
            found.append(
                Service(kind.name, _official(kind, image), kind.port, kind.env, kind.health)
            )
    return tuple(found)


def test_variables(site: Site[object], root: Root) -> tuple[tuple[str, str], ...]:
    """Variables by which the application of a repository finds its services on this machine."""
    names = {service.name for service in test_services(site)}
    kinds = [kind for kind in _KINDS if kind.name in names]
    found: dict[str, str] = {}
    for name, sample in _samples(site, root):
        value = next((v for kind in kinds if (v := _value(kind, name, sample))), "")
        if value:
            found.setdefault(name, value)
    return tuple(sorted(found.items()))


def _images(site: Site[object]) -> Iterator[str]:
    """Images that the system runs: those of its workloads before those of compose files."""
    for workload in workloads(site):
        if not is_aside(workload.place.path):
            yield from workload.images
    for compose in site.repo.compose:
        if not is_aside(compose.file.path):
            yield from (service.image for service in compose.services if service.image)


def _base(image: str) -> tuple[str, str]:
    name, _, tag = image.partition("@")[0].rpartition("/")[2].partition(":")
    return name.lower(), tag


def _is_of(kind: _Kind, image: str) -> bool:
    name = _base(image)[0]
    if any(word in name for word in ("exporter", "operator", "commander", "insight", "express")):
        return False
    own = kind.image.rpartition("/")[2]
    return name in {own, *kind.schemes} or name.startswith(f"{own}-")


def _official(kind: _Kind, image: str) -> str:
    name, tag = _base(image)
    version = tag.partition("-")[0]
    numbered = version[:1].isdigit() and "$" not in tag and "{" not in tag
    if not numbered:
        return f"{kind.image}:{kind.version}"
    plain = image.count("/") == kind.image.count("/") and name == kind.image.rpartition("/")[2]
    return f"{kind.image}:{tag if plain else version}"


def _samples(site: Site[object], root: Root) -> Iterator[tuple[str, str]]:
    """Variables of the application with values that it has somewhere."""
    yield from _composed(site, root)
    for file in root.files.values():
        if file.name in _ENV_FILES and not is_aside(file.path):
            for line in file.lines:
                name, equals, value = line.strip().partition("=")
                if equals and name.isidentifier():
                    yield name, value.strip("\"' ")
    for workload in workloads(site):
        for container in workload.containers:
            if any(_is_of(kind, container.at("image").text) for kind in _KINDS):
                continue
            for item in container.at("env").items():
                yield item.at("name").text, item.at("value").text


def _composed(site: Site[object], root: Root) -> Iterator[tuple[str, str]]:
    services = (s for c in site.repo.compose if c.file.root is root for s in c.services)
    for service in services:
        for name, node in service.environment if service.build else ():
            # An item of a list is the whole `NAME=value`.
            yield name, node.text.removeprefix(f"{name}=")


def _value(kind: _Kind, name: str, sample: str) -> str:
    scheme, found, _ = sample.partition("://")
    if found:
        family = scheme.partition("+")[0].rstrip("s") if scheme != "redis" else scheme
        fits = family.rstrip("2") in {s.rstrip("s") for s in kind.schemes}
        fits = fits or scheme.partition("+")[0] in kind.schemes
        return f"{scheme}://{kind.user}localhost:{kind.port}{kind.path}" if fits else ""
    prefix, _, part = name.upper().rpartition("_")
    if prefix not in _PARTS[kind.name] and f"{prefix}_{part}" not in {"PGHOST", "PGPORT"}:
        return ""
    parts = {"HOST": "localhost", "HOSTNAME": "localhost", "SERVER": "localhost"}
    parts |= {"PORT": str(kind.port)}
    if kind.path == "/test":
        user = kind.user.rstrip("@")
        parts |= {"USER": user, "USERNAME": user, "NAME": "test", "DB": "test", "DATABASE": "test"}
    return parts.get(part, "")
