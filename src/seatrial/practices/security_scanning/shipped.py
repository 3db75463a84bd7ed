"""Images that are shipped under a name which means another image tomorrow."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.platform.gitops import deliveries
from seatrial.kit.platform.joined import joined
from seatrial.kit.platform.live import is_aside, live_workloads
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault
from seatrial.model.practice import check
from seatrial.practices.security_scanning.settings import Settings
from seatrial.practices.security_scanning.tools import moves
from seatrial.repo.code.dockerfiles import Dockerfile, Stage

_SHOWN = 80


@check("security-scanning/moving-base-image", severity=Severity.MEDIUM, fix="manual")
def moving_base_image(site: Site[Settings]) -> Iterator[Observation]:
    """An image is built on a base that changes by itself.

    Why: two builds of one commit differ, and what was scanned is not what is built next.
    Fix: name the base image by version and digest; Dependabot or Renovate raise both.
    """
    for dockerfile in site.repo.dockerfiles:
        found = [stage for stage in dockerfile.stages if _is_moving(stage)]
        if not found or is_aside(dockerfile.file.path):
            continue
        first = _shipped(dockerfile, found)
        yield fault(
            dockerfile.place(first.line),
            f"base image {first.base.written[:_SHOWN]} has no fixed version",
            related=tuple(dockerfile.place(s.line) for s in found if s is not first),
        )


def _is_moving(stage: Stage) -> bool:
    base = stage.base
    named = f"{base.name}:{base.tag}" if base.tag else base.name
    return not base.is_pinned and not base.is_computed and moves(named)


def _shipped(dockerfile: Dockerfile, found: list[Stage]) -> Stage:
    """The stage on which the final image stands, otherwise the first."""
    return next((stage for stage in dockerfile.lineage() if stage in found), found[0])


@check("security-scanning/moving-image", severity=Severity.MEDIUM, fix="manual")
def moving_image(site: Site[Settings]) -> Iterator[Observation]:
    """A workload runs an image by a tag that is set anew now and then.

    Why: each restart may bring another image, which nobody scanned and no rollback brings back.
    Fix: name a version, or a digest, and let Dependabot or Renovate raise it.
    """
    if deliveries(site):
        # What a GitOps controller delivers is asked of practice 11.
        return
    yield from joined(_in_workloads(site))
    yield from joined(_in_values(site))


def _in_workloads(site: Site[Settings]) -> Iterator[Observation]:
    for workload in live_workloads(site):
        manifest = workload.manifest
        for index, container in enumerate(workload.containers):
            image = container.at("image").text
            if ":" not in image.rpartition("/")[2] or not moves(image):
                continue
            # A tag that comes from the values may be another one at the deployment.
            if manifest.source != "chart" or image in manifest.file.text:
                yield fault(
                    manifest.place(*manifest.pod_path, "containers", index, "image"),
                    f"{workload.name} runs {image[:_SHOWN]}, which may be another image tomorrow",
                    environments=workload.environments,
                )


def _in_values(site: Site[Settings]) -> Iterator[Observation]:
    for chart in site.repo.charts:
        for values in chart.values_files:
            if values.inline or not values.environment:
                continue
            for path, node in values.node.walk():
                repository, tag = node.at("repository").text, node.at("tag").text
                below = len(path) > 1 and path[-1] == "image"
                if below and tag and repository and moves(f"{repository}:{tag}"):
                    yield fault(
                        values.file.place(node.line_of("tag")),
                        f"{values.file.path} sets {repository}:{tag}, which may be another image"
                        " tomorrow",
                        environments=(values.environment,),
                        severity=Severity.LOW,
                    )
