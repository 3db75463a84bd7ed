"""Tools of pipelines and images that have no fixed version: moving tags, `@latest`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.platform.images import image_of
from seatrial.kit.platform.live import is_aside
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.practices.security_scanning.fetched import other_pipelines, scripts
from seatrial.practices.security_scanning.settings import Settings
from seatrial.repo.code.dockerfiles import Dockerfile
from seatrial.repo.commands.shell import Command
from seatrial.repo.workflows import Job, Step

_MOVING_TAGS: Final = frozenset(
    "latest main master trunk edge nightly dev develop stable head rolling".split()
)
_MOVING_MODULES: Final = ("@latest", "@master", "@main", "@HEAD", "@next")
_RUNNERS: Final = frozenset("npx bunx pnpx uvx pipx dlx".split())
_RELATED: Final = 12


@check("security-scanning/moving-tool", severity=Severity.MEDIUM, fix="manual")
def moving_tool(site: Site[Settings]) -> Iterator[Observation]:
    """A tool of a pipeline or image has no fixed version.

    Why: the same commit builds differently tomorrow, and whoever takes the tool over runs with the
    job's token and secrets or ends in the image.
    Fix: name a version, images by digest; Dependabot or Renovate raise both.
    """
    by_name: dict[str, list[Place]] = {}
    for name, place in _tools(site):
        by_name.setdefault(name, []).append(place)
    for name, places in by_name.items():
        files = list(dict.fromkeys(place.path for place in places))
        more = f" in {len(files)} files" if len(files) > 1 else ""
        image = ":" in name or "@" not in name
        yield fault(
            places[0],
            f"{name} is used{more} without a fixed version",
            severity=None if image else Severity.LOW,
            related=tuple(places[1:_RELATED]),
        )


def _tools(site: Site[object]) -> Iterator[tuple[str, Place]]:
    for workflow in site.repo.workflows:
        for job in workflow.jobs:
            if not job.is_off:
                yield from _of_job(job)
    for dockerfile in site.repo.dockerfiles:
        if not is_aside(dockerfile.file.path):
            yield from _copied(dockerfile)
    for command, place in (pair for commands in scripts(site) for pair in commands):
        name = _fetched(command)
        if name:
            yield name, place
    yield from _in_other_pipelines(site)


def _in_other_pipelines(site: Site[object]) -> Iterator[tuple[str, Place]]:
    for file in other_pipelines(site):
        for number, line in enumerate(file.lines, 1) if "@latest" in file.text else ():
            if "go install" in line and not line.lstrip().startswith("#"):
                found = (w for w in line.split() if w.endswith("@latest"))
                yield from ((word, file.place(number)) for word in found)


def _copied(dockerfile: Dockerfile) -> Iterator[tuple[str, Place]]:
    stages = {stage.alias.lower() for stage in dockerfile.stages if stage.alias}
    for copy in dockerfile.copies:
        origin = copy.origin
        # A bare word is a stage, or a context that the build is given.
        named = "/" in origin or ":" in origin
        if named and origin.lower() not in stages and moves(origin):
            yield origin, dockerfile.place(copy.line)


def _of_job(job: Job) -> Iterator[tuple[str, Place]]:
    container = job.node.at("container")
    image = container.text if container.kind == "scalar" else container.at("image").text
    if image and moves(image):
        yield image, job.place_of("container")
    for step in job.steps:
        yield from _of_inputs(step)


def _of_inputs(step: Step) -> Iterator[tuple[str, Place]]:
    # `setup-qemu-action` takes the image that it runs privileged, and others do likewise.
    uses = step.uses
    named = uses is not None and uses.name.lower().startswith(("docker/setup-", "addnab/"))
    for key in ("image", "driver-opts") if named else ():
        node = step.inputs.at(key)
        for offset, line in enumerate(node.text.split("\n")):
            image = line.strip().removeprefix("image=").strip("\"'")
            written = key == "image" or "image=" in line
            if image and written and moves(image):
                yield image, step.file.place(node.content_line + offset)


def moves(reference: str) -> bool:
    """True for an image by a tag that is set anew now and then, or by none."""
    image = image_of(reference)
    if not image.repository or image.digest or image.is_computed:
        return False
    tag = image.tag.lower()
    return not tag or tag in _MOVING_TAGS or tag.startswith("latest-") or tag.endswith("-latest")


def _fetched(command: Command) -> str:
    argv = command.argv
    if command.program in {"docker", "podman"} and "run" in command.words[:1]:
        return next((w for w in argv[2:] if w.endswith((":latest", ":master", ":main"))), "")
    installs = command.starts("go", "install") or command.starts("go", "run")
    if installs or command.program in _RUNNERS:
        word = next((w for w in argv[1:] if w.endswith(_MOVING_MODULES)), "")
        return "" if "$" in word else word
    return ""
