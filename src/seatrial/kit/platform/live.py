"""What runs for real: objects that lie in extras, examples or tests are nobody's system."""

from __future__ import annotations

from typing import Final

from seatrial.kit.platform.workloads import LONG_RUNNING, Workload, workloads
from seatrial.kit.site import Site, once
from seatrial.repo.kubernetes.manifests import Manifest

_ASIDE: Final = frozenset(
    "extras extra examples example samples sample docs doc test tests testdata fixtures e2e contrib"
    " .devcontainer optional spec __tests__ hack".split()
)
_BUNDLES: Final = frozenset({"gotk-components.yaml", "gotk-components.yml"})
"""Generated bundles of a delivery tool; the team does not write or tune what stands in them."""


def is_aside(path: str) -> bool:
    """True for a file among extras, examples, documents or tests, or a tool's generated bundle."""
    *folders, name = path.lower().split("/")
    return name in _BUNDLES or not _ASIDE.isdisjoint(folders)


@once
def live_manifests(site: Site[object]) -> tuple[Manifest, ...]:
    """Objects that some delivery takes, tests of a chart left out."""
    return tuple(m for m in site.repo.manifests if not is_aside(m.file.path) and not _is_hook(m))


@once
def live_workloads(site: Site[object]) -> tuple[Workload, ...]:
    """Long-running workloads that some delivery takes."""
    return tuple(
        w
        for w in workloads(site)
        if not is_aside(w.manifest.file.path) and not _is_hook(w.manifest)
    )


def components(site: Site[object]) -> tuple[Workload, ...]:
    """Long-running workloads, one for each name, whatever environments run it."""
    found: dict[tuple[str, str], Workload] = {}
    for workload in live_workloads(site):
        if workload.manifest.kind in LONG_RUNNING:
            found.setdefault((workload.manifest.kind, workload.manifest.name), workload)
    return tuple(found.values())


def _is_hook(manifest: Manifest) -> bool:
    return manifest.annotations.get("helm.sh/hook", "").startswith("test")
