"""What update bots and linters leave out by their own configuration."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.delivery.scans import Scanned
from seatrial.kit.delivery.scantools import LINTERS
from seatrial.kit.platform.live import is_aside
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault, met
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.practices.security_scanning.evidence import (
    DEPENDABOT,
    RENOVATE,
    bots,
    runs,
    where_to_mend,
)
from seatrial.practices.security_scanning.settings import Settings
from seatrial.repo.files import File, Root
from seatrial.repo.workflows import Job, Step

_MANAGERS: Final[dict[str, tuple[str, ...]]] = {
    "docker": ("dockerfile", "docker"),
    "github-actions": ("github-actions",),
    "terraform": ("terraform", "tflint-plugin", "opentofu"),
}
"""Ecosystem of Dependabot -> managers of Renovate that cover it."""
_SHOWN: Final = {
    "docker": "base images of Dockerfiles",
    "github-actions": "actions of workflows",
    "terraform": "Terraform providers and modules",
}
_SWITCHES: Final = {
    "VALIDATE_GITLEAKS": Scanned.SECRETS,
    "VALIDATE_CHECKOV": Scanned.IAC,
    "VALIDATE_GITHUB_ACTIONS": Scanned.WORKFLOWS,
    "VALIDATE_GITHUB_ACTIONS_ZIZMOR": Scanned.WORKFLOWS,
    "VALIDATE_TRIVY": Scanned.DEPENDENCIES,
}


@check("security-scanning/no-update-bot", severity=Severity.LOW)
def no_update_bot(site: Site[Settings]) -> Iterator[Observation]:
    """Nobody raises dependencies regularly.

    Why: a scanner says what is broken; without small, regular updates each fix is a large jump.
    Fix: `seatrial apply security-scanning` writes a Dependabot configuration for this repository.
    """
    found = bots(site)
    for name, place in found[:1]:
        yield met(place, f"{name} raises dependencies by pull request")
    if not found and site.repo.dependencies and runs(site):
        yield fault(where_to_mend(site), "neither Dependabot nor Renovate raises dependencies")


@check("security-scanning/uncovered-updates", severity=Severity.LOW)
def uncovered(site: Site[Settings]) -> Iterator[Observation]:
    """The update bot leaves out something that the repository holds.

    Why: base images and actions carry most of the known weaknesses, and are the ones that nobody
    raises by hand.
    Fix: add the ecosystem (`docker`, `github-actions`, `terraform`) to the bot's configuration.
    """
    for root in site.repo.roots:
        raised, place = covered(root)
        if place is None or raised is None:
            continue
        missing = [kind for kind in held(site, root) if kind not in raised]
        if missing:
            yield fault(
                place, f"the update bot leaves out {' and '.join(_SHOWN[k] for k in missing)}"
            )


def covered(root: Root) -> tuple[frozenset[str] | None, Place | None]:
    """Ecosystems that bots look at, and where they are listed; None for all of them."""
    found: set[str] = set()
    place: Place | None = None
    for file in (root.files[name] for name in RENOVATE if name in root.files):
        managers = _managers(file)
        if managers is None:
            return None, None
        place = place or file.place(file.line_of("enabledManagers"))
        found |= {kind for kind, names in _MANAGERS.items() if managers & set(names)}
    for file in (root.files[name] for name in DEPENDABOT if name in root.files):
        entries = file.yaml.first.at("updates").items()
        if entries:
            place = place or file.place(entries[0].line)
            found |= {entry.at("package-ecosystem").text for entry in entries}
    return frozenset(found), place


def _managers(file: File) -> set[str] | None:
    """Managers to which Renovate is limited; None without a limit."""
    _, written, rest = file.text.partition("enabledManagers")
    if not written:
        return None
    listed = rest.partition("[")[2].partition("]")[0]
    return {word.strip(" \n\t\r\"'") for word in listed.split(",")}


def held(site: Site[object], root: Root) -> Iterator[str]:
    """Ecosystems of a repository that carry most of the known weaknesses."""

    def here(file: File) -> bool:
        return file.root is root and not is_aside(file.path)

    # A base that a stage or an argument gives is nothing that a bot could raise.
    if any(
        here(d.file) and any(s.base.stage is None and not s.base.is_computed for s in d.stages)
        for d in site.repo.dockerfiles
    ):
        yield "docker"
    if any(w.file.root is root and _calls(w.jobs) for w in site.repo.workflows):
        yield "github-actions"
    if any(m.root is root and m.required_providers for m in site.repo.terraform.roots):
        yield "terraform"


def _calls(jobs: tuple[Job, ...]) -> bool:
    uses = (step.uses for job in jobs for step in job.steps)
    return any(u is not None and not u.is_local for u in uses)


@check("security-scanning/scanner-switched-off", severity=Severity.MEDIUM, fix="manual")
def switched_off(site: Site[Settings]) -> Iterator[Observation]:
    """A linter that could scan is told to leave it.

    Why: the tool is there, paid for in minutes, and looks away from what costs most.
    Fix: take the line away and mend, or waive with a reason and an end, what then shows.
    """
    seen = {run.scan.scanned for run in runs(site)}
    for workflow in site.repo.workflows:
        for job in workflow.jobs:
            for step in job.steps if not job.is_off else ():
                off = [(n, p) for n, p in _off(step) if _SWITCHES[n] not in seen]
                if off:
                    names = " and ".join(name for name, _ in off)
                    yield fault(
                        off[-1][1],
                        f"job {job.id} switches {names} off, and nothing else scans for it",
                        related=tuple(place for _, place in off[:-1]),
                    )


def _off(step: Step) -> Iterator[tuple[str, Place]]:
    if step.uses and step.uses.name.lower() in LINTERS:
        for name, node in step.env.pairs():
            if name in _SWITCHES and node.text.lower() == "false":
                yield name, step.file.place(node.line)
