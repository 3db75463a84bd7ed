"""One dependency as a manifest declares it."""

from __future__ import annotations

from seatrial.model.place import Place
from seatrial.model.struct import struct


@struct
class Dependency:
    """A library that a manifest asks for.

    Attributes:
        name: as the ecosystem spells it; for Java the artifact, its group stands in `group`.
        spec: the version part as written (`>=2,<3`, `^1.2`), credentials of a URL taken out;
            empty when the manifest leaves it open or a parent decides.
        pinned: True when exactly one version fits.
        dev: True when only development, tests or documentation need it.
        ecosystem: `python`, `node`, `go`, `java`, `ruby`, `dotnet`, `rust` or `php`.
        indirect: True when the manifest lists it only because another dependency needs it.
    """

    name: str
    spec: str
    place: Place
    pinned: bool
    dev: bool
    ecosystem: str
    group: str = ""
    indirect: bool = False


def clean(spec: str) -> str:
    """A version text without the user, password or token of a URL in it."""
    scheme, found, rest = spec.partition("://")
    if not found:
        return spec.strip()
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{path.partition('?')[0]}".strip()


def exact(version: str) -> bool:
    """True for a plain `1.2.3`: no range, no wildcard, no variable, no moving word."""
    version = version.strip().removeprefix("v")
    if not version[:1].isdigit() or version.upper().endswith("-SNAPSHOT"):
        return False
    loose = version.endswith("+") or any(mark in version for mark in "*^~<>=|, []()$")
    return not loose and "x" not in version.lower().split(".")
