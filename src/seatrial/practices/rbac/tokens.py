"""Keys that never expire: ServiceAccount tokens in Secrets, access keys in Terraform."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.platform.installs import resources, scope_at
from seatrial.kit.platform.live import live_manifests
from seatrial.kit.site import Site
from seatrial.model.place import Place

_TYPE = "kubernetes.io/service-account-token"
_MAIL = ("ses", "smtp", "mail")
"""A cloud's mail servers take nothing but such a key."""


def lasting_tokens(site: Site[object]) -> Iterator[tuple[str, Place, tuple[str, ...]]]:
    """Yield name, place and environments of each."""
    for manifest in live_manifests(site):
        if manifest.kind == "Secret" and manifest.node.at("type").text == _TYPE:
            yield f"Secret/{manifest.name}", manifest.place("type"), manifest.environments
    for module, block in resources(site, "kubernetes_secret"):
        if module.text(block.attr("type")) == _TYPE:
            yield block.address, block.place, scope_at(site, block.place)


def lasting_keys(site: Site[object]) -> Iterator[tuple[str, Place, tuple[str, ...]]]:
    """Yield address, place and environments of each key of a cloud identity."""
    for _, block in resources(site, "aws_iam_access_key", "google_service_account_key"):
        if not any(word in block.labels[-1].lower() for word in _MAIL):
            yield block.address, block.place, scope_at(site, block.place)
