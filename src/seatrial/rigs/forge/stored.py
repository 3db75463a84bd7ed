"""Routes of secrets: only names and times come out, only sealed values go in."""

from __future__ import annotations

import base64
from typing import Final

from nacl.public import PrivateKey

from seatrial.rigs.forge.environments import ONE, found_in
from seatrial.rigs.forge.repositories import TIME
from seatrial.rigs.forge.wire import Call, Reply, not_found, paged, refuse, route

KEY: Final = PrivateKey.generate()
"""Opens what was sealed for this server; tests look inside with it."""


@route("GET", "/repos/{owner}/{repo}/actions/secrets", "secrets", "read")
def repository_secrets(call: Call) -> Reply:
    """Secrets of the repository by name."""
    return paged(call, [_secret_json(n, t) for n, t in call.repo.secrets.items()], "secrets")


@route("GET", ONE + "/secrets", "environments", "read")
def secrets(call: Call) -> Reply:
    """Secrets of an environment by name."""
    found = found_in(call)
    if found is None:
        return not_found()
    return paged(call, [_secret_json(n, t) for n, t in found.secrets.items()], "secrets")


@route("GET", ONE + "/secrets/public-key", "environments", "read")
@route("GET", "/repos/{owner}/{repo}/actions/secrets/public-key", "secrets", "read")
def public_key(call: Call) -> Reply:
    """The key that secrets are sealed for."""
    del call
    return Reply(200, {"key_id": "1", "key": base64.b64encode(bytes(KEY.public_key)).decode()})


@route("GET", ONE + "/secrets/{secret}", "environments", "read")
@route("GET", "/repos/{owner}/{repo}/actions/secrets/{secret}", "secrets", "read")
def secret(call: Call) -> Reply:
    """One secret's name and time."""
    there, name = _stored(call), call.names["secret"]
    if there is None or name not in there:
        return not_found()
    return Reply(200, _secret_json(name, there[name]))


@route("PUT", ONE + "/secrets/{secret}", "environments", "write")
@route("PUT", "/repos/{owner}/{repo}/actions/secrets/{secret}", "secrets", "write")
def put_secret(call: Call) -> Reply:
    """Store a sealed secret."""
    there, name = _stored(call), call.names["secret"]
    if there is None:
        return not_found()
    if call.fields.get("key_id") != "1" or not call.fields.get("encrypted_value"):
        return refuse(422, "Bad request - key_id or encrypted_value is wrong")
    status = 204 if name in there else 201
    there[name] = TIME
    scope = call.names.get("environment", "")
    call.repo.sealed[f"{scope}/{name}"] = str(call.fields["encrypted_value"])
    return Reply(status, {} if status == 201 else None)  # noqa: PLR2004 - made


def _stored(call: Call) -> dict[str, str] | None:
    if "environment" not in call.names:
        return call.repo.secrets
    found = found_in(call)
    return found.secrets if found else None


def _secret_json(name: str, updated: str) -> dict[str, object]:
    return {"name": name, "created_at": TIME, "updated_at": updated}
