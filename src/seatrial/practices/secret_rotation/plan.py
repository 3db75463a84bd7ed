"""Credentials out of git, listed, and replaced on a schedule.

`security/credentials.yaml` lists every credential with owner, stores, policy and what replaces it,
and what stood in git. A Secret of a chart that was filled from values is made in the cluster
instead: `templates/credentials.yaml` with its scripts in `files/credentials/`. They also give a
PostgreSQL of the chart two login roles in turn: the new one is made, tried and handed out, the old
one drained and seen refused. `.github/workflows/rotate-linode-token.yaml` does the same for the
Linode token. Values leave variable files and scripts; tokens that never end go; checkouts use the
job's own token.
"""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.planning.credentials import leak_edit
from seatrial.kit.planning.remains import remains
from seatrial.kit.planning.standingtokens import standing_tokens
from seatrial.kit.planning.tfsecrets import terraform_secrets
from seatrial.kit.secrets.secretvalues import literals
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Leave, Wish
from seatrial.model.place import Place
from seatrial.practices.secret_rotation import audit
from seatrial.practices.secret_rotation.chartsecrets import chart_secrets
from seatrial.practices.secret_rotation.incluster import in_cluster, rotating
from seatrial.practices.secret_rotation.linode import linode, linode_token
from seatrial.practices.secret_rotation.listing import listing
from seatrial.practices.secret_rotation.rotations import rotations
from seatrial.practices.secret_rotation.scripted import own_tokens, scripts
from seatrial.practices.secret_rotation.settings import Settings


def plan(site: Site[Settings]) -> Iterator[Wish]:
    """What is missing until no credential stands in git and each is replaced in time."""
    mended: set[tuple[str, str]] = set()
    for wish in _edits(site):
        if isinstance(wish, Edit):
            mended.add((wish.repository, wish.path))
        yield wish
    yield from _left_in_git(site, mended)
    yield from _left(site)


def _edits(site: Site[Settings]) -> Iterator[Wish]:
    yield from in_cluster(site)
    yield from terraform_secrets(site)
    yield from scripts(site)
    yield from standing_tokens(site)
    yield from own_tokens(site)
    yield from linode(site)
    yield from listing(site)
    leaked = leak_edit(site)
    if leaked:
        yield leaked


def _left_in_git(site: Site[Settings], mended: set[tuple[str, str]]) -> Iterator[Leave]:
    """What no edit takes out, one line a file."""
    by_file: dict[tuple[str, str], list[str]] = {}
    first: dict[tuple[str, str], Place] = {}
    for literal in literals(site):
        key = (literal.place.repository, literal.place.path)
        if key not in mended and not literal.place.path.endswith((".sh", ".bash")):
            by_file.setdefault(key, []).append(literal.name)
            first.setdefault(key, literal.place)
    for key, names in by_file.items():
        listed = ", ".join(dict.fromkeys(names))
        yield Leave(
            f"take {listed} out of {key[1]} and let a secret store give it: replace it first",
            first[key],
        )
    for state in site.repo.terraform.states:
        if state.sensitive and not state.encrypted:
            yield Leave(
                f"practice remote-state takes {state.file.path} out of git: replace what it held",
                state.place,
            )


def _left(site: Site[Settings]) -> Iterator[Leave]:
    turns = any(rotating(site, c) for c in chart_secrets(site) if not c.trouble)
    tokens = any(linode_token(site, root) for root in site.repo.roots)
    if not (rotations(site) or turns or tokens):
        yield from remains(site, audit.no_rotation)
    if not tokens:
        yield from remains(site, audit.no_store)
    yield from remains(
        site,
        audit.untested_rotation,
        audit.standing_key,
        audit.standing_registry_password,
        audit.through_helm_values,
        audit.shown_in_plans,
        audit.known_default,
        audit.until_restart,
        audit.reminder,
    )
