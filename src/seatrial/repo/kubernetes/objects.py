"""Kubernetes objects of all repositories: rendered from charts, built by kustomize, and raw."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from seatrial.repo.files import Root
from seatrial.repo.kubernetes import (
    chart_rendering,
    deliveries,
    kustomize,
    kustomize_build,
    manifests,
)
from seatrial.repo.kubernetes.manifests import Manifest

if TYPE_CHECKING:
    from seatrial.repo.kubernetes.charts import Chart


def read(roots: Sequence[Root], charts: Sequence[Chart]) -> tuple[Manifest, ...]:
    """All objects, each with the environments that get it; patches are left out."""
    rendered = [
        m for chart in charts if not chart.is_library for m in chart_rendering.manifests(chart)
    ]
    return deliveries.delivered((*rendered, *(m for root in roots for m in _written(root, charts))))


def _written(root: Root, charts: Sequence[Chart]) -> Iterator[Manifest]:
    found = kustomize.read(root)
    yield from kustomize_build.manifests(found)
    skip = set(kustomize.owned(found))
    for chart in charts:
        if chart.root is root:
            skip.update(f.path for path, f in chart.files.items() if _is_of_chart(path))
            skip.update(values.file.path for values in chart.values_files)
    for manifest in manifests.read(root, frozenset(skip)):
        if not manifest.is_patch:
            yield manifest


def _is_of_chart(path: str) -> bool:
    # What Helm reads; `crds/` holds plain objects, and a chart at the root has other neighbours.
    return path.startswith(("templates/", "charts/")) or path in {"Chart.yaml", "values.yaml"}
