"""Plan of practice 11.

An AppProject and an Application per environment in `argocd/<environment>/` of the infrastructure's
repository, and beside the Terraform release of Argo CD the one Application that reads them. Jobs
that pushed a chart commit the new tag instead: one line, by its path, in the values file that the
Application reads; guarded environments through a pull request that `.github/scripts/merge.sh` waits
for. Scripts that people run start that workflow. Every environment's values name a version; a file
of values that nothing reads loses its keys; a job that wrote tags a second time is switched off.
"""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.planning.branches import branch_of
from seatrial.kit.planning.remains import remains
from seatrial.kit.planning.rollouts import Rollout, rollouts
from seatrial.kit.planning.targets import targets, values_path
from seatrial.kit.platform.gitops import ARGO, FLUX, deliveries
from seatrial.kit.platform.gitops_files import read_by_deliveries
from seatrial.kit.platform.live import is_aside, live_workloads
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Leave, Wish
from seatrial.practices.gitops import audit
from seatrial.practices.gitops.applications import (
    Delivered,
    applications,
    cluster_wide,
    of_chart,
)
from seatrial.practices.gitops.conversions import conversions
from seatrial.practices.gitops.evidence import hidden, installed_controller
from seatrial.practices.gitops.mending import mending
from seatrial.practices.gitops.protection import protections
from seatrial.practices.gitops.scripts import script_edits
from seatrial.practices.gitops.settings import Settings
from seatrial.practices.gitops.valuesedits import stray_tags_dropped, values_edits
from seatrial.practices.gitops.writers import writers


def plan(site: Site[Settings]) -> Iterator[Wish]:
    """What is missing until every environment runs what git says."""
    present = deliveries(site)
    if present:
        taken = tuple(one for one in rollouts(site) if _is_taken(site, one))
        made = list(conversions(site, taken))
        yield from made
        converted = {one.job.id for one in taken} if any(isinstance(w, Edit) for w in made) else ()
        yield from mending(site, frozenset(converted))
        yield from stray_tags_dropped(site)
        yield from writers(site)
        return
    elsewhere = list(hidden(site))
    if elsewhere:
        for seen in elsewhere:
            yield Leave(seen.message, seen.place, seen.credential)
        return
    installed = installed_controller(site)
    if installed and installed[0] == FLUX:
        yield Leave(
            "Flux is installed: add a Kustomization or HelmRelease for each environment, since"
            f" seatrial writes objects of {ARGO} only",
            installed[1],
        )
        yield from remains(site, audit.pull_delivery)
        return
    found = _delivered(site)
    if not found:
        yield from remains(site, audit.pull_delivery, audit.version_outside_git)
        return
    yield from applications(site, found)
    yield from values_edits(site)
    yield from protections(site)
    yield from conversions(site, rollouts(site))
    yield from writers(site)
    yield from script_edits(site)
    if not rollouts(site):
        yield Leave(
            "no pipeline here brings a version: whoever changes what Argo CD reads has to verify it"
            " and to revert that commit when it fails"
        )


def _is_taken(site: Site[Settings], one: Rollout) -> bool:
    """True when a delivery of the team reads the very file that names the version."""
    read = read_by_deliveries(site)
    file = one.chart.root.files.get(values_path(site, one))
    return file is not None and file in read and all(r.tool == ARGO for r in read[file])


def _delivered(site: Site[Settings]) -> list[Delivered]:
    """The charts of the team in each environment; without a chart its folders of manifests."""
    charts = [of_chart(site, target) for target in targets(site)]
    return charts or list(_folders(site))


def _folders(site: Site[Settings]) -> Iterator[Delivered]:
    for environment in site.environments:
        name = environment.name
        held = [
            w.manifest
            for w in live_workloads(site)
            if w.manifest.source in {"file", "kustomize"} and name in w.manifest.environments
        ]
        folders = {(m.file.root, m.file.folder) for m in held if not is_aside(m.file.path)}
        if len(folders) != 1:
            continue
        root, folder = folders.pop()
        first = held[0]
        text = "\n".join(f.text for p, f in root.files.items() if p.startswith(f"{folder}/"))
        yield Delivered(
            name,
            f"{first.name}-{name}",
            first.namespace or f"{first.name}-{name}",
            branch_of(site, name),
            root,
            folder,
            kinds=cluster_wide(text),
        )
