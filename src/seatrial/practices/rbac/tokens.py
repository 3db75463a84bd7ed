"""ServiceAccount tokens that live in Secrets."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.installs import resources, scope_at
from seatrial.kit.live import live_manifests
from seatrial.kit.site import Site
from seatrial.model.place import Place

_TYPE = "kubernetes.io/service-account-token"


def lasting_tokens(site: Site[object]) -> Iterator[tuple[str, Place, tuple[str, ...]]]:
    """Yield name, place and environments of each."""
    for manifest in live_manifests(site):
        if manifest.kind == "Secret" and manifest.node.at("type").text == _TYPE:
            yield f"Secret/{manifest.name}", manifest.place("type"), manifest.environments
    for module, block in resources(site, "kubernetes_secret"):
        if module.text(block.attr("type")) == _TYPE:
            yield block.address, block.place, scope_at(site, block.place)
