"""States of the stand-in, and clients of it that do not wait long."""

from __future__ import annotations

from seatrial.rigs.forge import Forge, Repo, Token, World
from seatrial.systems.github.client import Client
from seatrial.systems.github.patience import Patience

TOKEN = "plain-test-token"  # noqa: S105 - a fake that opens the stand-in only
_NAMES = "administration actions contents environments members pull_requests secrets"
EVERYTHING = dict.fromkeys(f"{_NAMES} security_events".split(), "write")
SLUG = "example-org/shop"
IMPATIENT = Patience(answer=2.0, total=10.0, attempts=3, pause=0.001)
ONCE = Patience(answer=2.0, total=5.0, attempts=1, pause=0.0)


def world(plan: str = "enterprise", *, private: bool = True, **permissions: str) -> World:
    """An organisation with one repository, three people, one team and a token."""
    made = World(
        organisations={"example-org": plan},
        users={"ann": 11, "bob": 12, "cleo": 13},
        teams={"example-org/ops": 21},
        tokens={TOKEN: Token("ann", {**EVERYTHING, **permissions})},
    )
    made.add(Repo("example-org", "shop", private=private))
    return made


def client(forge: Forge, patience: Patience = IMPATIENT) -> Client:
    """A client with the token of `world`."""
    return Client(TOKEN, forge.api, patience=patience)
