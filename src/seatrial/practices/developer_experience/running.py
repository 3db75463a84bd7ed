"""A running copy by one command, in which a saved file is seen."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault, met
from seatrial.model.practice import check
from seatrial.practices.developer_experience.places import home
from seatrial.practices.developer_experience.settings import Settings
from seatrial.practices.developer_experience.starts import compose_without_code, starts

_SHOWN = 3


@check("developer-experience/one-command", severity=Severity.MEDIUM, requirement=True)
def one_command(site: Site[Settings]) -> Iterator[Observation]:
    """No single command starts a running copy.

    Why: whoever joins spends days on a page of instructions that was right once, and nobody tries
    a change on the whole system before the pipeline does.
    Fix: `seatrial apply developer-experience` writes a Tiltfile, a compose file with `watch` and a
    dev container that start the application with its services.
    """
    found = starts(site)
    for start in found[:_SHOWN]:
        gives = "gives a working copy" if start.complete else "starts the application"
        yield met(start.place, f"{start.what} {gives}")
    if not found:
        yield fault(home(site), "no single command starts the application with its services")
    elif not any(start.complete for start in found):
        yield fault(
            found[0].place,
            f"{found[0].what} starts the application without the database or queue that it needs",
        )


@check("developer-experience/live-reload", severity=Severity.MEDIUM, requirement=True)
def live_reload(site: Site[Settings]) -> Iterator[Observation]:
    """A saved file is not seen in the running copy.

    Why: with a build between a save and its effect people save up changes and guess.
    Fix: mount the code or add `develop.watch` to the compose service, and start the server with
    its reloader.
    """
    found = [start for start in starts(site) if start.reloads]
    if found:
        yield met(found[0].place, f"{found[0].what} shows a saved file without a rebuild by hand")
    if any(start.complete for start in found):
        return
    seen = compose_without_code(site)
    if seen:
        compose, service = seen
        yield fault(
            service.place,
            f"{compose.file.path} neither mounts nor watches the code of {service.name}: a change"
            " shows only after a rebuild",
        )
    elif starts(site) and not found:
        # Where nothing starts, `one-command` has said so already.
        other = starts(site)[0]
        yield fault(other.place, f"{other.what} does not reload when a file is saved")
