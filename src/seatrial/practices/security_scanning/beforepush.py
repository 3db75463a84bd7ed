"""Wishes that scan an image before it is pushed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.delivery.releases import Act, releases
from seatrial.kit.planning.stepways import Standing, job_at, steps_of
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Leave, Risk, Wish
from seatrial.model.edit import AddItem, Block, SetKey, YamlEdit
from seatrial.practices.security_scanning.order import pushes_image, scanned_before
from seatrial.practices.security_scanning.scanning import SCAN_ID, TRIVY, ScanFlow, scan_flow
from seatrial.repo.workflows import Job

_REASON: Final = "an image is pushed only when a scan of it found nothing that can be fixed"
_BUILDER: Final = "docker/build-push-action"
_COPIED: Final = frozenset(
    "context file push tags labels load platforms cache-from cache-to provenance sbom target"
    " build-args pull no-cache outputs annotations".split()
)
"""Inputs of the action that the scan's own build understands or does not need."""


def before_push(site: Site[object]) -> Iterator[Wish]:
    """Scan in the pushing job where its build can be repeated, otherwise in a job before it."""
    for release in releases(site):
        pushed = next((act for act in release.acts if pushes_image(act)), None)
        if pushed is None or scanned_before(site, release, pushed):
            continue
        job = release.job
        root = job.workflow.file.root
        standing = _push_step(job, pushed)
        flow = scan_flow(site, root)
        if standing is not None:
            edits = _in_job(standing)
        elif flow is not None and flow.images and not job.workflow.is_reusable_only:
            edits = _job_before(job, flow)
        else:
            yield Leave(f"scan what job {job.id} pushes before it does ({pushed.what}): it cannot"
                        " be seen from here what is built", pushed.place)  # fmt: skip
            continue
        yield Edit(root.name, job.workflow.file.path, tuple(edits), _REASON, Risk.MEDIUM)


def _push_step(job: Job, pushed: Act) -> Standing | None:
    """The step that builds and pushes with Docker's action, when its build can be repeated."""
    checked_out = False
    for standing in steps_of(job):
        step = standing.step
        if step.uses and step.uses.name.lower() == "actions/checkout":
            checked_out = True
        if pushed.step is None or step.node is not pushed.step.node:
            continue
        known = step.uses is not None and step.uses.name.lower() == _BUILDER
        strange = set(step.inputs.names()) - _COPIED
        remote = "://" in step.inputs.at("context").text
        return standing if known and checked_out and not strange and not remote else None
    return None


def _in_job(standing: Standing) -> Iterator[YamlEdit]:
    text = _step(standing)
    *above, item = standing.at
    before = item if not isinstance(item, str) else None
    yield AddItem(tuple(above), Block(text), identity="id", before=before)


def _step(standing: Standing) -> str:
    given = standing.step.inputs
    env = {"CONTEXT": given.at("context").text or ".", "DOCKERFILE": given.at("file").text}
    env["TARGET"] = given.at("target").text
    env = {name: value for name, value in env.items() if value}
    flags = ['--file "$DOCKERFILE"'] if "DOCKERFILE" in env else []
    flags += ['--target "$TARGET"'] if "TARGET" in env else []
    arguments = [line for line in given.at("build-args").text.splitlines() if line.strip()]
    for number, line in enumerate(arguments, 1):
        name = f"BUILD_ARG_{number}"
        env[name] = line.strip()
        flags.append(f'--build-arg "${name}"')
    condition = standing.step.condition
    lines = [
        "name: Build and scan the image before it is pushed",
        f"id: {SCAN_ID}",
        *([f"if: {_quoted(condition)}"] if condition else []),
        "env:",
        *(f"  {name}: {_quoted(value)}" for name, value in env.items()),
        "run: |",
        "  # The push below takes its layers from the same builder: it pushes what was scanned.",
        f'  docker buildx build --load --tag scan:local {" ".join(flags)} "$CONTEXT"',
        "  docker run --rm --volume /var/run/docker.sock:/var/run/docker.sock \\",
        f"    {TRIVY} \\",
        "    image --severity HIGH,CRITICAL --ignore-unfixed --exit-code 1 scan:local",
    ]
    return "\n".join(lines)


def _quoted(text: str) -> str:
    plain = (
        not set(text) & set("#:'\"\n&*!|>%@`")
        and text[:1] not in "[]{}-?, "
        and text == text.strip()
    )
    if plain or (text.startswith("${{") and text.endswith("}}") and "#" not in text):
        return text
    return "'" + text.replace("'", "''") + "'"


def _job_before(job: Job, flow: ScanFlow) -> Iterator[YamlEdit]:
    """Edits that call the scan workflow and let the pushing job wait for it."""
    name = "scan" if job.workflow.job("scan") is None or _calls(job, flow) else "image-scan"
    lines = [
        f"uses: $/{flow.path}",
        "# The most that a job of the called workflow asks for; each asks for its own.",
        "permissions:",
        "  actions: read",
        "  contents: read",
        "  security-events: write",
    ]
    yield SetKey(("jobs",), name, Block("\n".join(lines)), replace=False)
    yield AddItem((*job_at(job), "needs"), name, sort=True)


def _calls(job: Job, flow: ScanFlow) -> bool:
    other = job.workflow.job("scan")
    return other is not None and other.uses is not None and flow.path in other.uses.name
