"""Writes secrets: sealed for GitHub's public key here, so that no one on the way can read them."""

from __future__ import annotations

import base64

from seatrial.systems.github.client import Client, segment
from seatrial.systems.github.errors import RefusedError


def set_secret(client: Client, slug: str, environment: str, name: str, value: str) -> None:
    """Store a secret on an environment, or on the repository where `environment` is empty.

    Raises:
        RefusedError: GitHub says no, or does not show it afterwards.
    """
    scope = f"environments/{segment(environment)}" if environment else "actions"
    path = f"/repos/{slug}/{scope}/secrets"
    key = client.get(f"{path}/public-key")
    sealed = seal(key.text("key"), value)
    body = {"encrypted_value": sealed, "key_id": key.text("key_id")}
    client.put(f"{path}/{segment(name)}", body)
    if client.find(f"{path}/{segment(name)}") is None:
        raise RefusedError(f"GitHub does not show the secret {name} after it was set")


def seal(public_key: str, value: str) -> str:
    """Encrypt for a public key (libsodium's sealed box); both sides in Base64."""
    from nacl.public import PublicKey, SealedBox

    box = SealedBox(PublicKey(base64.b64decode(public_key)))
    return base64.b64encode(box.encrypt(value.encode())).decode("ascii")
