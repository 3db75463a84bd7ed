"""What a credential that is written out looks like to a check; and how a value is judged."""

from __future__ import annotations

from functools import cache
from typing import Final

from seatrial.kit.secrets.secretnames import (
    is_literal,
    is_placeholder,
    is_secret_name,
    is_weak,
    password_of,
    private_key,
    token_kind,
    userinfo,
    words_of,
)
from seatrial.model.place import Place
from seatrial.model.struct import struct

_DEMO: Final = frozenset({"demo", "example", "test", "sample", "fake", "dummy"})
_SAMPLE_FOLDERS: Final = frozenset(
    "test tests spec specs testdata fixtures fixture __fixtures__ e2e examples example samples"
    " sample docs doc mocks __tests__ __mocks__ cypress testing features ci benchmarks"
    " contrib".split()
)
_SAMPLE_NAMES: Final = (
    "example", "sample", ".dist", ".tmpl", "template", ".test", "test.", "_test", "test_", "mock",
    "fixture", ".spec", "_spec", ".stub", "dummy",
)  # fmt: skip
_SHORTEST_TOKEN: Final = 20
_LOOPBACK: Final = ("localhost", "127.", "host.docker", "[::1]", "example.")


@struct
class Literal:
    """A credential that is written out in a file; its value is nowhere in it.

    Attributes:
        name: the key under which it stands.
        kind: `value`, `URL with a password`, `private key`, or the kind of a well-known token.
        owner: what holds it, in the reader's words (`Secret/app`, `values-prod.yaml`).
        weak: True for a value that everybody would try first.
        deployed: True when an environment beyond development really gets it.
    """

    name: str
    place: Place
    kind: str
    owner: str
    environments: tuple[str, ...] = ()
    weak: bool = False
    deployed: bool = False


def judged(name: str, value: str) -> tuple[str, bool] | None:
    """Kind of credential and whether it is weak; None when the value is none written out."""
    if len(value) < 4:  # noqa: PLR2004 (shorter values are no credentials)
        return None
    if "PRIVATE KEY-----" in value:
        return ("private key", False) if private_key(value) else None
    kind = token_kind(value)[0] if len(value) >= _SHORTEST_TOKEN else ""
    if kind:
        return kind, False
    if "://" in value and "@" in value:
        found = _in_url(name, value)
        if found:
            return found
    if not is_secret_name(name) or not is_literal(name, value) or is_placeholder(value):
        return None
    if not _DEMO.isdisjoint(words_of(name)):
        return None
    return "value", is_weak(name, value)


def _in_url(name: str, value: str) -> tuple[str, bool] | None:
    host = userinfo(value)
    password = password_of(value)
    if not host or is_placeholder(password) or host.startswith(_LOOPBACK):
        return None
    user = value.partition("://")[2].partition(":")[0]
    return "URL with a password", is_weak(name, password) or password == user


@cache
def is_sample(path: str) -> bool:
    """True for examples, tests, fixtures and documents: what stands there is no secret."""
    *folders, name = path.lower().split("/")
    if not _SAMPLE_FOLDERS.isdisjoint(folders):
        return True
    return any(word in name for word in _SAMPLE_NAMES)


def only_development(environments: tuple[str, ...]) -> bool:
    """True for something that only a developer's environment gets."""
    return bool(environments) and all(e in {"dev", "sandbox", "test"} for e in environments)
