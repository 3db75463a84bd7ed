"""Commands that change a system by hand: in pipelines, scripts and documents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from seatrial.kit.imperative import Change, changes, makes_local_cluster
from seatrial.kit.releases import command_place
from seatrial.kit.site import Site, once
from seatrial.model.finding import Observation, Severity, fault
from seatrial.practices.infrastructure_as_code.documents import told
from seatrial.repo.scripts import script_word

if TYPE_CHECKING:
    from seatrial.repo.files import File
    from seatrial.repo.scripts import ScriptFile
    from seatrial.repo.workflows import Job

_SHOWN: Final = 3
_TRIALS: Final = frozenset(
    "test tests testing testdata example examples sample samples fixtures e2e hack local dev spec"
    " .devcontainer sandbox playground tutorial tutorials workshop kind minikube vendor extras"
    " extra contrib optional archive".split()
)
_PASSING: Final = ("preview", "review", "ephemeral", "dependabot", "uat", "cleanup", "teardown")
"""Words in the name of what makes and removes copies that live as long as a branch."""
_BREAK_GLASS: Final = ("break-glass", "break glass", "breakglass", "emergency")
_LOCAL: Final = ("kind create", "minikube start", "k3d cluster create", "kind-", "localstack")


def in_pipelines(site: Site[object]) -> Iterator[Observation]:
    """One finding for every job whose own steps change something by hand."""
    for workflow in site.repo.workflows:
        for job in workflow.jobs:
            if job.is_off or _on_trial(job) or _is_passing(f"{workflow.file.name} {job.id}"):
                continue
            found = [
                (change, command_place(step, change.command))
                for step in job.all_steps
                for change in changes(step.commands)
            ]
            if found:
                made = [change for change, _ in found]
                severity = Severity.MEDIUM if _light(made) else None
                yield fault(found[0][1], f"job {job.id} {_told(made)}", severity=severity)


def in_scripts(site: Site[object]) -> Iterator[Observation]:
    """One finding for every script; one that a pipeline runs weighs more."""
    started = _started(site)
    for root in site.repo.roots:
        for script in site.repo.scripts(root).all:
            file = script.file
            if _is_trial(file) or _breaks_glass(file.name) or _is_passing(file.name):
                continue
            if not _mentions(file.text) or makes_local_cluster(script.commands):
                continue
            found = list(changes(script.commands))
            if found:
                job = started.get((root.name, file.path), "")
                where = f", started by job {job}," if job else ""
                severity = Severity.HIGH if job and not _light(found) else None
                severity = Severity.LOW if _light(found) and not job else severity
                place = file.place(found[0].command.line)
                yield fault(place, f"{file.name}{where} {_told(found)}", severity=severity)


def in_documents(site: Site[object]) -> Iterator[Observation]:
    """One finding for every document that tells people to change something by hand."""
    for blocks in told(site).values():
        file = blocks[0].file
        if _is_trial(file) or _breaks_glass(file.path):
            continue
        if any(word in file.text for word in _LOCAL):
            continue
        found = [
            change
            for block in blocks
            if not any(_breaks_glass(heading) for heading in block.path)
            for change in changes(block.commands)
        ]
        if found:
            place = file.place(found[0].command.line)
            yield fault(place, f"{file.name} {_told(found, verb='tells people to run')}")


_TOOLS: Final = ("kubectl", "helm", "gcloud", "aws ", "az ", "argocd", "linode-cli", "doctl",
                 "eksctl", "hcloud", "gh ", "istioctl", "flux ", "oc ", "gsutil")  # fmt: skip


def _mentions(text: str) -> bool:
    return any(tool in text for tool in _TOOLS)


def _on_trial(job: Job) -> bool:
    actions = [step.uses.name for step in job.all_steps if step.uses]
    return makes_local_cluster(job.commands, actions)


def _is_passing(name: str) -> bool:
    return any(word in name.lower() for word in _PASSING)


def _is_trial(file: File) -> bool:
    return not _TRIALS.isdisjoint(file.path.lower().split("/")[:-1])


def _breaks_glass(text: str) -> bool:
    low = text.lower()
    return any(word in low for word in _BREAK_GLASS)


def _light(found: Sequence[Change]) -> bool:
    return all(change.light for change in found)


def _told(found: Sequence[Change], verb: str = "runs") -> str:
    by_twin: dict[str, list[str]] = {}
    for change in sorted(found, key=lambda c: c.light):
        kinds = by_twin.setdefault(change.twin, [])
        if change.what not in kinds:
            kinds.append(change.what)
    shown = [
        f"{kinds[0]}{f' and {len(kinds) - 1} more' if len(kinds) > 1 else ''} (instead: {twin})"
        for twin, kinds in by_twin.items()
    ]
    rest = len(shown) - _SHOWN
    return f"{verb} {'; '.join(shown[:_SHOWN])}{f'; and {rest} more kinds' if rest > 0 else ''}"


@once
def _started(site: Site[object]) -> dict[tuple[str, str], str]:
    """Scripts that a pipeline starts, with the job that does."""
    found: dict[tuple[str, str], str] = {}
    for workflow in site.repo.workflows:
        root = workflow.file.root
        scripts = site.repo.scripts(root)
        for job in workflow.jobs:
            if job.is_off or _on_trial(job):
                continue
            queue: list[tuple[ScriptFile, int]] = [
                (s, 0) for c in job.commands if script_word(c) and (s := scripts.called(c))
            ]
            while queue:
                script, depth = queue.pop()
                key = (root.name, script.file.path)
                if key in found or depth > _SHOWN:
                    continue
                found[key] = job.id
                own = script.file.folder
                queue += [
                    (s, depth + 1)
                    for c in script.commands
                    if script_word(c) and (s := scripts.called(c, own, own))
                ]
    return found
