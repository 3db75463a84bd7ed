"""Lets nothing count as deployed until the new version serves.

Containers get startup, readiness and liveness probes in the chart or manifest that they stand in;
Celery's worker and beat are asked in their own way. Where no endpoint asks the database or names
the version, FastAPI, Flask, Django and Express applications get a module `health` beside the file
that makes the application, and one call of it. Behind each deployment a step runs
`.github/scripts/verify-deployment.sh`: the deployed version has to answer twenty times in a row, or
kubectl has to see it rolled out, then what users need has to; checks that could not fail go.
"""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.delivery.verification import verifications, versioned
from seatrial.kit.planning.remains import remains
from seatrial.kit.site import Site
from seatrial.model.change import Leave, Wish
from seatrial.practices.health_checks import audit
from seatrial.practices.health_checks.endpoints import alive_path, endpoints, ready_path
from seatrial.practices.health_checks.imagechecks import image_checks
from seatrial.practices.health_checks.probing import probing
from seatrial.practices.health_checks.settings import Settings
from seatrial.practices.health_checks.verifyjobs import verifying


def plan(site: Site[Settings]) -> Iterator[Wish]:
    """What is missing until a broken version fails its own deployment."""
    yield from endpoints(site)
    yield from probing(site)
    yield from verifying(site)
    yield from image_checks(site)
    right = ready_path(site), alive_path(site)
    yield from remains(
        site,
        # Without a path that is right none can be corrected.
        *((audit.unasked_endpoint,) if not right[0] else ()),
        *((audit.restart_storm, audit.probe_route_missing) if not right[1] else ()),
        *((audit.no_verification, audit.no_smoke_test) if not versioned(site) else ()),
        audit.port_only,
        audit.probe_matches_itself,
        audit.service_unchecked,
        audit.stage_unverified,
        audit.worker_unwatched,
        audit.applied_is_enough,
    )
    yield from _wrong_addresses(site)


def _wrong_addresses(site: Site[Settings]) -> Iterator[Leave]:
    """Checks that count and ask what is not served; those that cannot fail are gone."""
    kept = {one.place for one in verifications(site) if one.counts}
    for rule in (audit.smoke_route_missing, audit.undefined_variable):
        for seen in rule.look(site):
            if seen.place in kept:
                yield Leave(f"{seen.message}: correct it", seen.place)
