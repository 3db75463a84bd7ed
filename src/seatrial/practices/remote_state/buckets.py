"""Buckets of the state that are declared in the same repositories."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.site import Site
from seatrial.model.finding import Observation, fault, met
from seatrial.practices.remote_state.homes import Home, homes
from seatrial.repo.infrastructure.hcl import Block
from seatrial.repo.infrastructure.tfmodules import Module

_BUCKETS: Final = {
    "s3": ("aws_s3_bucket", "linode_object_storage_bucket", "digitalocean_spaces_bucket"),
    "gcs": ("google_storage_bucket",),
}
_NAMES: Final = ("bucket", "name", "label")


def without_versions(site: Site[object]) -> Iterator[Observation]:
    """Judge the versioning of each declared bucket that holds a state."""
    seen: set[str] = set()
    for home in homes(site):
        for module, block in _declared(site, home):
            if block.address in seen:
                continue
            seen.add(block.address)
            if _keeps_versions(module, block):
                yield met(block.place, f"{block.address}, which holds the state, keeps versions")
            else:
                yield fault(
                    block.place,
                    f"{block.address} holds the state of {home.name} and keeps no old versions",
                )


def versionless(site: Site[object]) -> tuple[Block, ...]:
    """Declared buckets of states that keep no old versions, each once."""
    found: dict[str, Block] = {}
    for home in homes(site):
        for module, block in _declared(site, home):
            if not _keeps_versions(module, block):
                found.setdefault(block.address, block)
    return tuple(found.values())


def _declared(site: Site[object], home: Home) -> Iterator[tuple[Module, Block]]:
    bucket = home.settings.get("bucket", "")
    if not bucket or "${" in bucket:
        return
    for module in site.repo.terraform.modules:
        for kind in _BUCKETS.get(home.kind, ()):
            for block in module.resources(kind):
                if block.labels[:1] == (kind,) and bucket in _names(module, block):
                    yield module, block


def _names(module: Module, block: Block) -> list[str]:
    return [module.text(block.attr(name)) for name in _NAMES if block.attr(name)]


def _keeps_versions(module: Module, block: Block) -> bool:
    if "true" in {module.text(block.attr(n)).lower() for n in ("versioning",) if block.attr(n)}:
        return True
    inline = block.child("versioning")
    if inline and module.text(inline.attr("enabled")).lower() == "true":
        return True
    for other in module.resources("aws_s3_bucket_versioning"):
        bucket = other.attr("bucket")
        named = bucket and (
            any(r.startswith(block.address) for r in bucket.references)
            or module.text(bucket) in _names(module, block)
        )
        configuration = other.child("versioning_configuration")
        status = module.text(configuration.attr("status")) if configuration else ""
        if named and status == "Enabled":
            return True
    return False
