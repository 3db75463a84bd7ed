"""A stand-in of GitHub: real HTTP on loopback, state, a real git repository, documented refusals.

What it refuses is what GitHub documents or was seen to refuse; it knows nothing of who asks. The
API lies below `/api/v3`, as on a GitHub Enterprise server, and the repositories beside it.
"""

from seatrial.rigs.forge.server import Forge
from seatrial.rigs.forge.state import Environment, Fault, Pattern, Repo, Ruleset, Token, World
from seatrial.rigs.forge.wire import Request

__all__ = [
    "Environment",
    "Fault",
    "Forge",
    "Pattern",
    "Repo",
    "Request",
    "Ruleset",
    "Token",
    "World",
]
