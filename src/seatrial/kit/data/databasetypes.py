"""What a database is to a check, and which images and charts are one."""

from __future__ import annotations

import enum
from typing import Final

from seatrial.kit.data.databasenames import ENGINES, MODULE_WORDS, NO_DATABASE
from seatrial.model.place import Place
from seatrial.model.struct import struct
from seatrial.repo.infrastructure.hcl import Block
from seatrial.repo.infrastructure.tfmodules import Module
from seatrial.repo.kubernetes.manifests import Manifest

NO_SERVER: Final = (
    "exporter", "backup", "operator", "client", "admin", "init", "proxy", "express", "bouncer",
    "pool", "migrat", "dump", "restore", "test",
)  # fmt: skip
"""Words in the name of an image that is no server."""


class Source(enum.StrEnum):
    """Where a database is declared."""

    WORKLOAD = "workload"
    OPERATOR = "operator"
    MANAGED = "managed"
    RELEASE = "release"
    COMPOSE = "compose"
    FILE = "file"
    """SQLite on a volume."""


@struct
class Database:
    """One database.

    Attributes:
        engine: `postgresql`, `mysql`, `mongodb`, ...
        environments: environments that have it; empty when tied to none.
        block: the Terraform block of a managed one, with its module.
        manifest: the object of one in a cluster.
    """

    engine: str
    name: str
    source: Source
    place: Place
    environments: tuple[str, ...] = ()
    block: Block | None = None
    module: Module | None = None
    manifest: Manifest | None = None


def engine_of(image: str) -> str:
    """Engine of a container image or chart name; empty for anything but a database server."""
    name = (image.rpartition("@")[0] or image).rpartition("/")[2].partition(":")[0].lower()
    if any(word in name for word in NO_SERVER):
        return ""
    for word, engine in ENGINES.items():
        if name == word or name.startswith((word + "-", word + "_")) or name.endswith("-" + word):
            return engine
    if name.endswith(("postgresql", "postgres")):
        return "postgresql"
    return ""


def module_engine(source: str) -> str | None:
    """Engine of a published module that makes a database.

    Args:
        source: as written, of a registry or a git server.

    Returns:
        The engine; empty when an attribute of the call says it; None for any other module and for
        a local one, which is read itself.
    """
    words = _module_words(source)
    if not words or not NO_DATABASE.isdisjoint(words):
        return None
    found = [MODULE_WORDS[word] for word in words if word in MODULE_WORDS]
    return next((engine for engine in found if engine), "") if found else None


def module_provider(source: str) -> str:
    """Cloud of a published module as its name tells it (`aws`, `google`, `azurerm`, ...)."""
    package = module_package(source)
    parts = package.split("/")
    return parts[-1].lower().removeprefix("terraform-").partition("-")[0]


def _module_words(source: str) -> list[str]:
    if source.startswith((".", "/")) or "/" not in source:
        return []
    package, inside = module_package(source), _inside(source)
    parts = package.split("/")
    hosted = "://" not in source and "." in parts[0] and not parts[0].startswith("git")
    registry = "://" not in source and len(parts) == 3 + hosted and ("." not in parts[0] or hosted)
    name = parts[-2] if registry else parts[-1]
    # A file below a package says more than the package: `net//modules/cloudsql-instance`.
    both = f"{name}-{inside.rpartition('/')[2]}" if inside else name
    return both.lower().replace("_", "-").replace(".", "-").split("-")


def module_package(source: str) -> str:
    """Name of a published module without its host's scheme, the folder inside and the ref."""
    rest = source.partition("?")[0].removeprefix("git::").removeprefix("registry.terraform.io/")
    rest = rest.partition("://")[2] or rest
    return rest.partition("//")[0].removesuffix(".git").removesuffix(".zip")


def _inside(source: str) -> str:
    rest = source.partition("?")[0].partition("://")
    return (rest[2] or rest[0]).partition("//")[2]
