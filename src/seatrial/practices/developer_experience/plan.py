"""Shortens the way from an idea to seeing it run, with what these repositories have.

Where no command gives a running copy that shows a saved file: `develop.watch` for the services of
their compose file (or a `compose.dev.yaml`), and where there is a chart a `Tiltfile`, a
`skaffold.yaml` and a dev container. Previews: `previews/` in the repository of the infrastructure
holds an ApplicationSet that follows the label `preview` of pull requests, its project, and a
namespace with quota and limits that goes with the pull request; `preview.yaml` builds their images
and ends forgotten ones. Deployments by button choose from a list and are bound to environments.
"""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.planning.remains import remains
from seatrial.kit.site import Site
from seatrial.model.change import Leave, Wish
from seatrial.model.finding import Outcome
from seatrial.practices.developer_experience import audit
from seatrial.practices.developer_experience.buttons import self_started
from seatrial.practices.developer_experience.clusterdev import cluster_tools
from seatrial.practices.developer_experience.composing import composing
from seatrial.practices.developer_experience.previewends import preview_ends
from seatrial.practices.developer_experience.previewing import previewing
from seatrial.practices.developer_experience.settings import Settings


def plan(site: Site[Settings]) -> Iterator[Wish]:
    """What is missing until anybody can try anything without asking."""
    yield from composing(site)
    yield from cluster_tools(site)
    yield from previewing(site)
    yield from preview_ends(site)
    yield from self_started(site)
    yield from remains(site, audit.preview_namespace_stays, audit.missing_file)
    yield from _hidden(site)


def _hidden(site: Site[Settings]) -> Iterator[Leave]:
    """What another pipeline may hold, which nobody can read from here."""
    for rule in (audit.preview, audit.self_service):
        for seen in rule.look(site):
            if seen.outcome is Outcome.UNKNOWN:
                yield Leave(seen.message, seen.place, seen.credential)
