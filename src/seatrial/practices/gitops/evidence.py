"""Where a missing delivery would be mended, what is installed, and what may lie elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.delivery.gitedits import edits
from seatrial.kit.delivery.hints import delivered_elsewhere
from seatrial.kit.delivery.pipelines import elsewhere, remote_jobs
from seatrial.kit.delivery.releases import deployments
from seatrial.kit.platform.gitops import ARGO, FLUX
from seatrial.kit.platform.installs import installed
from seatrial.kit.platform.live import is_aside, live_workloads
from seatrial.kit.serving import is_deployed_to_kubernetes
from seatrial.kit.site import Site, once
from seatrial.model.finding import Observation, Reach, unknown
from seatrial.model.place import Place
from seatrial.practices.gitops.pushes import Push, pushes

_CHARTS: Final = {
    "argo-cd": ARGO,
    "argocd": ARGO,
    "flux2": FLUX,
    "flux": FLUX,
    "flux-operator": FLUX,
}
_SERVERS: Final = {"argocd-server": ARGO, "source-controller": FLUX}
_DELIVERING: Final = ("gitops", "argo", "promote", "flux", "deploy", "release")


@once
def hidden(site: Site[object]) -> tuple[Observation, ...]:
    """Unknowns: a repository that a pipeline writes to, a pipeline that cannot be read."""
    seen: dict[str, Observation] = {}
    for edit in edits(site):
        if edit.remote and not edit.files:
            name = edit.remote if "$" not in edit.remote else "another repository"
            seen.setdefault(
                name,
                unknown(
                    f"job {edit.job.id} writes the new version into {name}, which is not given:"
                    " it cannot be seen who reads it",
                    reach=Reach.ELSEWHERE,
                    credential=f"a checkout of {name}",
                    place=edit.place,
                ),
            )
    if seen:
        return tuple(seen.values())
    if pushes(site) or deployments(site):
        return ()
    if site.repo.ci_systems and is_deployed_to_kubernetes(site):
        return tuple(elsewhere(site, "a delivery from git"))
    return (*_remote(site), *delivered_elsewhere(site, "a delivery from git"))


def _remote(site: Site[object]) -> Iterator[Observation]:
    for job in remote_jobs(site):
        uses = job.uses
        if uses and any(word in uses.name.lower().rpartition("/")[2] for word in _DELIVERING):
            yield unknown(
                f"job {job.id} runs {uses.name}, which lies in another repository: it cannot be"
                " seen whether it writes to git or pushes",
                reach=Reach.ELSEWHERE,
                credential=f"a checkout of {'/'.join(uses.name.split('/')[:2])}",
                place=uses.place,
            )


@once
def installed_controller(site: Site[object]) -> tuple[str, Place] | None:
    """The controller that is installed, and where."""
    for install in installed(site, *_CHARTS):
        return _CHARTS[install.chart], install.place
    for workload in live_workloads(site):
        tool = _SERVERS.get(workload.manifest.name)
        if tool:
            return tool, workload.place
    return None


def where_to_mend(site: Site[object]) -> tuple[Place, str]:
    """The place of the one fault when no controller delivers anything, and what to say."""
    found = sorted(pushes(site), key=lambda p: _order(site, p))
    if found:
        push = found[0]
        more = len({p.who for p in found}) - 1
        others = f", as {more} other{'s do' if more > 1 else ' does'}" if more else ""
        return push.place, (
            f"{push.who} pushes ({push.what}){others}: no controller takes what runs from git"
        )
    for release in deployments(site):
        job = release.job.id
        return release.place, f"job {job} deploys by push: no controller takes what runs from git"
    for chart in site.repo.charts:
        return chart.file.place(), f"nothing delivers the chart {chart.name} from git"
    for workload in live_workloads(site):
        return workload.place, f"nothing delivers {workload.name} from git"
    for module in site.repo.terraform.roots:
        return module.place(), "no controller takes what runs from git"
    for compose in sorted(site.repo.compose, key=lambda c: len(c.file.path)):
        if not is_aside(compose.file.path):
            what = f"people start {compose.file.path} by hand"
            return compose.place, f"{what}: no controller takes what runs from git"
    for workflow in site.repo.workflows:
        return workflow.place, "no controller takes what runs from git"
    return _first_file(site), "no controller takes what runs from git"


def _order(site: Site[object], push: Push) -> int:
    if not push.on_cluster:
        return 4
    installs = push.what.startswith(("helm", "skaffold", "Terraform"))
    return (0 if set(push.environments) & set(site.production) else 1) + (0 if installs else 2)


def _first_file(site: Site[object]) -> Place:
    files = sorted(site.repo.files(), key=lambda f: (f.name.lower() != "readme.md", f.path))
    return files[0].place() if files else Place(site.repo.roots[0].name, ".", 1, 1)
