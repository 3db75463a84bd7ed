"""What `apply` writes for security scanning.

`.github/workflows/scan.yaml` in every repository scans dependencies, infrastructure code, images,
workflows and secrets on pull requests and every night, with a gate and results in the Security tab;
what a scan of yours covers already is left out. `.trivyignore.yaml` holds waivers with an end,
`.github/dependabot.yml` raises what is there. In your own workflows: every `uses:` by commit,
`permissions:` by what each job does, no token left behind by a checkout, no expression pasted into
a script, no `workflow_run`, and a scan of the image before the step that pushes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.delivery.scangates import REPORTS
from seatrial.kit.delivery.scans import Scanned
from seatrial.kit.planning.remains import remains
from seatrial.kit.site import Site
from seatrial.model.change import Leave, Wish
from seatrial.practices.security_scanning import audit
from seatrial.practices.security_scanning.beforepush import before_push
from seatrial.practices.security_scanning.chains import chains
from seatrial.practices.security_scanning.evidence import runs
from seatrial.practices.security_scanning.pinning import pinning
from seatrial.practices.security_scanning.scanning import scanning
from seatrial.practices.security_scanning.scripts import scripts
from seatrial.practices.security_scanning.settings import Settings
from seatrial.practices.security_scanning.tokens import tokens
from seatrial.practices.security_scanning.updates import updates

_MANUAL: Final = (
    audit.any_signature,
    audit.endless_waiver,
    audit.moving_base_image,
    audit.moving_image,
    audit.moving_tag,
    audit.moving_tool,
    audit.old_tls,
    audit.open_port,
    audit.piped_script,
    audit.privileged_container,
    audit.public_cluster_api,
    audit.self_hosted,
    audit.switched_off,
    audit.unsigned_admitted,
    audit.untrusted_checkout,
)
"""Checks whose faults no plan can mend: what is right cannot be told from the files."""


def plan(site: Site[Settings]) -> Iterator[Wish]:
    """Scan what nothing scans yet, and mend the workflows."""
    yield from scanning(site)
    yield from before_push(site)
    yield from pinning(site)
    yield from tokens(site)
    yield from scripts(site)
    yield from chains(site)
    yield from updates(site)
    yield from _by_hand(site)


def _by_hand(site: Site[Settings]) -> Iterator[Wish]:
    yield from remains(site, *_MANUAL)
    for run in runs(site):
        scan = run.scan
        if scan.scanned is Scanned.CODE and not scan.counts and scan.why_not != REPORTS:
            message = f"let {scan.tool} in job {run.job.id} fail when it finds something"
            yield Leave(f"{message}: {scan.why_not}", scan.place)
