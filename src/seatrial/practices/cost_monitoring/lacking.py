"""Containers that request no CPU or memory."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.platform.live import is_aside
from seatrial.kit.platform.workloads import Workload
from seatrial.repo.yaml import Node


def without_requests(workload: Workload) -> Iterator[tuple[int, Node]]:
    """Yield position and node of each container without requests; a limit counts as one."""
    manifest = workload.manifest
    # A hook's pod (a test of the chart) runs for seconds.
    if "helm.sh/hook" in manifest.annotations or is_aside(manifest.file.path):
        return
    for index, container in enumerate(workload.containers):
        if not _requests(container):
            yield index, container


def _requests(container: Node) -> bool:
    resources = container.at("resources")
    return all(
        resources.at("requests", unit) or resources.at("limits", unit) for unit in ("cpu", "memory")
    )
