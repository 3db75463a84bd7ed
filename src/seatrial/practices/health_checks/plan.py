"""Lets nothing count as deployed until the new version serves.

Containers get startup, readiness and liveness probes in the chart or manifest that they stand in;
Celery's worker and beat are asked in their own way. Where no endpoint asks the database, FastAPI
and Flask applications get a module `health.py` beside the file that makes the application, and one
call of it. Behind each deployment a step runs `.github/scripts/verify-deployment.sh`: the deployed
version has to answer several times in a row, then what users need has to; checks that could not
fail go.
"""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.planning.remains import remains
from seatrial.kit.site import Site
from seatrial.model.change import Wish
from seatrial.practices.health_checks import audit
from seatrial.practices.health_checks.endpoints import endpoints
from seatrial.practices.health_checks.probing import probing
from seatrial.practices.health_checks.settings import Settings
from seatrial.practices.health_checks.verifyjobs import verifying


def plan(site: Site[Settings]) -> Iterator[Wish]:
    """What is missing until a broken version fails its own deployment."""
    yield from endpoints(site)
    yield from probing(site)
    yield from verifying(site)
    yield from remains(
        site,
        audit.no_health_check,
        audit.port_only,
        audit.probe_matches_itself,
        audit.probe_route_missing,
        audit.restart_storm,
        audit.service_unchecked,
        audit.stage_unverified,
        audit.unasked_endpoint,
        audit.worker_unwatched,
        audit.applied_is_enough,
    )
