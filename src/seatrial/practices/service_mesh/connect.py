"""ECS Service Connect and App Mesh: meshes of a cloud, with and without TLS."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.platform.installs import live_modules, resources, scope_at
from seatrial.kit.site import Site, once
from seatrial.model.place import Place
from seatrial.model.struct import struct
from seatrial.repo.infrastructure.hcl import Block
from seatrial.repo.infrastructure.hclunknown import UNRESOLVED
from seatrial.repo.infrastructure.tfmodules import Module

CONNECT: Final = "ECS Service Connect"


@struct(eq=False)
class Connected:
    """A service of a cloud's mesh.

    Attributes:
        mesh: the mesh's name.
        has_tls: True when it speaks and takes TLS only.
        limits: True when its route has a timeout or retries.
    """

    mesh: str
    name: str
    place: Place
    environments: tuple[str, ...]
    has_tls: bool
    limits: bool


@once
def connected(site: Site[object]) -> tuple[Connected, ...]:
    """All of them that offer something to others."""
    return (*_of_services(site), *_of_nodes(site), *_of_modules(site))


def _of_services(site: Site[object]) -> Iterator[Connected]:
    for module, block in resources(site, "aws_ecs_service"):
        connect = block.child("service_connect_configuration")
        if connect and _is_on(module, connect) and connect.children("service"):
            offered = connect.children("service")
            yield Connected(
                CONNECT,
                block.address,
                connect.place,
                scope_at(site, block.place),
                all(s.child("tls") for s in offered),
                any(s.child("timeout") for s in offered),
            )


def _is_on(module: Module, connect: Block) -> bool:
    enabled = connect.attr("enabled")
    return enabled is None or module.resolve(enabled) not in {False, UNRESOLVED}


def _of_nodes(site: Site[object]) -> Iterator[Connected]:
    for _, block in resources(site, "aws_appmesh_virtual_node"):
        below = list(block.walk())
        listeners = [b for b in below if b.type == "listener"]
        strict = [
            mode.text.strip('"') == "STRICT"
            for b in listeners
            for tls in b.children("tls")
            if (mode := tls.attr("mode"))
        ]
        place = listeners[0].place if listeners else block.place
        has_tls = bool(strict) and all(strict) and len(strict) == len(listeners)
        limits = any(b.type == "timeout" for b in below)
        scope = scope_at(site, block.place)
        yield Connected("App Mesh", block.address, place, scope, has_tls, limits)


def _of_modules(site: Site[object]) -> Iterator[Connected]:
    """Services of the public ECS modules."""
    for module in live_modules(site):
        for call in module.calls:
            written = call.block.attr("service_connect_configuration")
            if written is None or call.module is not None or "ecs" not in call.source:
                continue
            offered = written.get("service")
            enabled = written.get("enabled")
            if offered and not (enabled and enabled.text == "false"):
                text = offered.text
                yield Connected(
                    CONNECT,
                    call.block.address,
                    written.place,
                    scope_at(site, call.place),
                    "tls" in text,
                    "timeout" in text,
                )
