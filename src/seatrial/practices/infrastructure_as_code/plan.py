"""Turns what is done by hand into code, and lets drift be seen and refused.

Manifests that a script fetched and applied become releases with an exact version; settings that it
patched into a chart's objects become that chart's values; folders that it applied are read by Argo
CD where that is installed. A job that did nothing else is switched off, and scripts that people
still need in an emergency ask for `BREAK_GLASS`. A workflow compares every environment's Terraform
(and the cluster, where the state holds its kubeconfig) with the code each night and opens an issue.
A ValidatingAdmissionPolicy lets only the delivery and the break-glass group change workloads.
Charts without a version get the one that the state says is running; values that no template reads
move to the name that is read; schedules of tasks that do not exist go.
"""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.planning.remains import remains
from seatrial.kit.site import Site
from seatrial.model.change import Wish
from seatrial.practices.infrastructure_as_code import audit, missing, traps
from seatrial.practices.infrastructure_as_code.brokenglass import emergency_scripts
from seatrial.practices.infrastructure_as_code.declared import declared
from seatrial.practices.infrastructure_as_code.driftwatch import watching
from seatrial.practices.infrastructure_as_code.guarding import guarding
from seatrial.practices.infrastructure_as_code.mended import (
    living_values,
    pinned_inputs,
    real_schedules,
)
from seatrial.practices.infrastructure_as_code.retired import retired_jobs
from seatrial.practices.infrastructure_as_code.settings import Settings


def plan(site: Site[Settings]) -> Iterator[Wish]:
    """What is missing until what runs is what the code says."""
    yield from declared(site)
    yield from retired_jobs(site)
    yield from emergency_scripts(site)
    yield from watching(site)
    yield from guarding(site)
    yield from pinned_inputs(site)
    yield from living_values(site)
    yield from real_schedules(site)
    yield from remains(
        site,
        audit.nothing_as_code,
        audit.blind_plan,
        missing.missing_file,
        missing.missing_script,
        missing.missing_module,
        traps.by_hand_in_terraform,
        traps.unpinned_script,
        traps.unchecked_value,
        traps.autoscaler_target,
        traps.fixed_replicas,
        traps.selects_nothing,
        traps.removed_api,
        traps.missing_compose_file,
    )
