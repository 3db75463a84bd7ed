"""What a database is to a check, and which images and charts are one."""

from __future__ import annotations

import enum
from typing import Final

from seatrial.kit.databasenames import ENGINES
from seatrial.model.place import Place
from seatrial.model.struct import struct
from seatrial.repo.hcl import Block
from seatrial.repo.manifests import Manifest
from seatrial.repo.tfmodules import Module

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
