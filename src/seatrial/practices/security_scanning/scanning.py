"""Wishes for the scan workflow: what is scanned nowhere yet, on pull requests and a schedule."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.delivery.pipelines import elsewhere
from seatrial.kit.delivery.scans import Scanned
from seatrial.kit.planning.checks import SCAN_PASSED
from seatrial.kit.planning.homes import workflow_path
from seatrial.kit.planning.render import render
from seatrial.kit.site import Site, once
from seatrial.model.change import Generate, Leave, Wish
from seatrial.model.struct import struct
from seatrial.practices.security_scanning.audit import SCAN_WORDS
from seatrial.practices.security_scanning.evidence import Run, runs, standing
from seatrial.practices.security_scanning.imagebuilds import ImageBuild, image_builds
from seatrial.repo.files import Root

TRIVY: Final = (
    "aquasec/trivy:0.74.0@sha256:62b1e65e8869bc4b4c6aa4fa2b21595256c7c2f6018a9d9ad61caf87187c1969"
)
"""Scanner of dependencies, images and infrastructure code; the digest of its index."""
_GITLEAKS: Final = (
    "ghcr.io/gitleaks/gitleaks:v8.30.1"
    "@sha256:c00b6bd0aeb3071cbcb79009cb16a60dd9e0a7c60e2be9ab65d25e6bc8abbb7f"
)
_JOBS: Final = {
    Scanned.SECRETS: "secrets",
    Scanned.DEPENDENCIES: "dependencies",
    Scanned.IAC: "infrastructure",
    Scanned.WORKFLOWS: "workflows",
    Scanned.IMAGE: "images",
}
_WAIVERS: Final = ".trivyignore.yaml"
SCAN_ID: Final = "scan-image"
"""Id of the step that scans an image in the job that pushes it."""


@struct
class ScanFlow:
    """The scan workflow of one repository.

    Attributes:
        path: of the workflow file.
        jobs: ids of its scanning jobs, in the order of the file.
        images: what its image job builds.
    """

    path: str
    jobs: tuple[str, ...]
    images: tuple[ImageBuild, ...]


def scanning(site: Site[object]) -> Iterator[Wish]:
    """The workflow in every repository that leaves something unscanned."""
    if hidden := _hidden(site):
        yield Leave(f"look whether a scan runs there: {hidden}; nothing is added beside it")
        return
    for root in site.repo.roots:
        flow = scan_flow(site, root)
        if flow is None:
            continue
        categories = [job for job in flow.jobs if job != "images"]
        categories += [f"image-{image.name}" for image in flow.images]
        text = render(
            "security_scanning",
            ".github/workflows/scan.yaml.j2",
            cron=_cron(root.name),
            kinds=flow.jobs,
            jobs=flow.jobs,
            images=flow.images,
            categories=categories,
            trivy=TRIVY,
            gitleaks=_GITLEAKS,
            waivers=_WAIVERS,
            passed=SCAN_PASSED,
        )
        reason = f"{_listed(flow.jobs)} are scanned on every pull request and every night"
        yield Generate(root.name, flow.path, text, reason)
        if set(flow.jobs) & {"dependencies", "infrastructure", "images"}:
            waivers = render("security_scanning", f"{_WAIVERS}.j2")
            reason = "a finding that has to wait is let pass with a reason and an end"
            yield Generate(root.name, _WAIVERS, waivers, reason)


def scan_flow(site: Site[object], root: Root) -> ScanFlow | None:
    """The scan workflow that a repository shall get; None where its own scans are enough."""
    return _flows(site).get(root.name)


@once
def _flows(site: Site[object]) -> dict[str, ScanFlow]:
    found: dict[str, ScanFlow] = {}
    for root in site.repo.roots if not _hidden(site) else ():
        kinds = _wanted(site, root)
        images = image_builds(site, root) if Scanned.IMAGE in kinds else ()
        jobs = tuple(
            job for kind, job in _JOBS.items() if kind in kinds and (job != "images" or images)
        )
        if jobs:
            found[root.name] = ScanFlow(_path(root), jobs, images)
    return found


@once
def _hidden(site: Site[object]) -> str:
    if runs(site) or standing(site):
        return ""
    return "; ".join(seen.credential for seen in elsewhere(site, "a security scan", SCAN_WORDS))


def _wanted(site: Site[object], root: Root) -> tuple[Scanned, ...]:
    held = [kind for kind in _JOBS if _holds(site, root, kind)]
    own = [run for run in runs(site) if _is_theirs(run, root)]
    good = {run.scan.scanned for run in own if run.scan.counts and run.on_pull_request}
    good |= {kind for kind, _, place in standing(site) if place.repository == root.name}
    missing = tuple(kind for kind in held if kind not in good)
    if missing:
        return missing
    scheduled = any(run.on_schedule for run in own) or bool(standing(site))
    return () if scheduled and _reports(site, root) else tuple(held[:1])


def _is_theirs(run: Run, root: Root) -> bool:
    # The scan that `apply` puts before a push is there beside the workflow, not in its place.
    ours = run.scan.step is not None and run.scan.step.node.at("id").text == SCAN_ID
    return run.job.workflow.file.root is root and not ours


def _holds(site: Site[object], root: Root, kind: Scanned) -> bool:
    repo = site.repo
    if kind is Scanned.DEPENDENCIES:
        return any(d.place.repository == root.name for d in repo.dependencies)
    if kind is Scanned.IMAGE:
        return any(d.file.root is root for d in repo.dockerfiles)
    if kind is Scanned.IAC:
        modules = any(m.root is root for m in repo.terraform.modules)
        charts = any(c.file.root is root for c in repo.charts)
        return modules or charts or any(m.file.root is root for m in repo.manifests)
    # The scan itself is a workflow, and any file may hold a secret.
    return True


def _reports(site: Site[object], root: Root) -> bool:
    for workflow in site.repo.workflows:
        for job in workflow.jobs if workflow.file.root is root else ():
            for step in job.all_steps:
                if step.uses and step.uses.name.lower().startswith("github/codeql-action/"):
                    return True
    return any("Security tab" in run.scan.why_not for run in runs(site))


def _path(root: Root) -> str:
    for name in ("scan", "security-scan", "nightly-scan"):
        path = workflow_path(root, name)
        if path not in root.files:
            return path
    return workflow_path(root, "seatrial-scan")


def _cron(name: str) -> str:
    # Not at the full hour, when everybody's schedules wait for each other.
    return f"{sum(name.encode()) % 60} 4 * * *"


def _listed(jobs: tuple[str, ...]) -> str:
    words = ["infrastructure code" if job == "infrastructure" else job for job in jobs]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
