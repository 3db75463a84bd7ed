"""Where a reader would mend what is missing, and lists of names."""

from __future__ import annotations

from collections.abc import Iterable

from seatrial.kit.platform.live import components, live_manifests
from seatrial.kit.site import Site
from seatrial.model.place import Place
from seatrial.practices.service_mesh.meshes import marks_namespace, meshed, namespace_of

_NAMED = 3


def space_place(site: Site[object]) -> Place | None:
    """The Namespace of meshed workloads, production's first: there a policy would stand."""
    spaces = [m for w in meshed(site) if (m := namespace_of(site, w))]
    spaces += [m for m in live_manifests(site) if m.kind == "Namespace" and marks_namespace(m)]
    wanted = set(site.production)
    inside = [m for m in spaces if wanted & set(m.environments)]
    return next((m.place("metadata") for m in inside or spaces), None)


def where(site: Site[object]) -> Place:
    """The first workload, or the first object."""
    for workload in components(site):
        return workload.place
    for manifest in live_manifests(site):
        return manifest.place()
    return Place(site.repo.roots[0].name, "README.md")


def listed(names: Iterable[str]) -> str:
    """The names, or how many and the first."""
    known = list(dict.fromkeys(names))
    if len(known) <= _NAMED:
        return " and ".join(known)
    return f"{len(known)} workloads ({', '.join(known[:_NAMED])}, ...)"
