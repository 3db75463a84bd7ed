"""A backend with a lock for every state that lies on a disk, and states out of git.

A new `backend.tf` beside each root module: S3 with its own lock, also on Linode and DigitalOcean,
GCS, Azure, or the HCP organisation of the neighbours; `.github/scripts/state-bucket.sh` makes the
bucket and proves what the state needs of it. States and plans are taken out of git's index,
`.gitignore` keeps them out, and `security/credentials.yaml` lists what they made known. Values
leave variable files; pipelines hand them in. A workflow plans on pull requests; the one that
applies no longer commits the state and refuses an empty one. The state itself is not moved here:
that comes before the next apply.
"""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.planning.credentials import leak_edit
from seatrial.kit.planning.remains import remains
from seatrial.kit.planning.tfsecrets import terraform_secrets
from seatrial.kit.site import Site
from seatrial.model.change import Wish
from seatrial.practices.remote_state import audit
from seatrial.practices.remote_state.backend_files import backend_files
from seatrial.practices.remote_state.mending import backends_mended, buckets_mended, pinned
from seatrial.practices.remote_state.pipelines import pipelines
from seatrial.practices.remote_state.settings import Settings
from seatrial.practices.remote_state.untracking import ignoring, lock_files, untracking


def plan(site: Site[Settings]) -> Iterator[Wish]:
    """What is missing until every state is shared, locked and out of git."""
    yield from backend_files(site)
    yield from backends_mended(site)
    yield from buckets_mended(site)
    yield from pinned(site)
    yield from pipelines(site)
    yield from untracking(site)
    yield from ignoring(site)
    yield from terraform_secrets(site)
    leaked = leak_edit(site)
    if leaked:
        yield leaked
    if site.settings.lock_file:
        yield from lock_files(site)
    yield from remains(site, audit.shared_key, audit.variable_in_backend, audit.plain_secret)
