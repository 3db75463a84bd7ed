"""Commands that change a system by hand: in pipelines, scripts and documents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from seatrial.kit.byhand.imperative import Change, changes, makes_local_cluster
from seatrial.kit.delivery.releases import command_place
from seatrial.kit.platform.installs import resources
from seatrial.kit.site import Site, once
from seatrial.model.finding import Observation, Severity, fault
from seatrial.practices.infrastructure_as_code.documents import told
from seatrial.practices.infrastructure_as_code.places import is_trial
from seatrial.repo.commands.scripts import script_word
from seatrial.repo.environments import environment_of, tier

if TYPE_CHECKING:
    from seatrial.model.place import Place
    from seatrial.repo.commands.command import Command
    from seatrial.repo.commands.scripts import ScriptFile
    from seatrial.repo.files import File, Root
    from seatrial.repo.workflows import Job

_SHOWN: Final = 3
_PASSING: Final = ("preview", "review", "ephemeral", "dependabot", "cleanup", "teardown")
"""Words in the name of what makes and removes copies that live as long as a branch."""
_ROTATES: Final = "rotat"
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
            if skips(script) or is_guarded(script.commands):
                continue
            found = list(changes(script.commands))
            if found:
                job = started.get((root.name, file.path), "")
                where = f", started by job {job}," if job else ""
                severity = Severity.HIGH if job and not _light(found) else None
                severity = Severity.LOW if _light(found) and not job else severity
                place = file.place(_by_weight(found)[0].command.line)
                what = f"{file.name}{where} {_told(found)}"
                yield fault(place, what, severity=severity, related=_others(file, found))
        yield from _in_tasks(site, root)


def skips(script: ScriptFile) -> bool:
    """True for a script that changes nothing lasting by hand: of trials, of copies for a branch.

    Values of credentials stand in no code: what replaces them runs on its own. So does what a
    chart brings along as a file, inside of the cluster.
    """
    file = script.file
    if file.name.startswith("rotate") or _is_shipped(file):
        return True
    if is_trial(file) or _breaks_glass(file.name) or _is_passing(file.name):
        return True
    if _ROTATES in file.name.lower():
        # A credential's value belongs into no file of git: replacing it is an operation.
        return True
    return not _mentions(file.text) or makes_local_cluster(script.commands)


def _is_shipped(file: File) -> bool:
    folder, found, _ = f"/{file.path}".rpartition("/files/")
    return bool(found) and f"{folder}/Chart.yaml".lstrip("/") in file.root.files


def is_guarded(commands: Sequence[Command]) -> bool:
    """True when a script ends before its first change unless `BREAK_GLASS` says why it is run."""
    for command in commands:
        if command.program == ":" and any("BREAK_GLASS:?" in word for word in command.argv[1:]):
            return True
        if next(changes([command]), None) is not None:
            return False
    return False


def _in_tasks(site: Site[object], root: Root) -> Iterator[Observation]:
    """One finding for every file of tasks (make and its like)."""
    by_file: dict[str, list[Change]] = {}
    tasks = site.repo.tasks(root).all
    local = {t.file.path for t in tasks if makes_local_cluster(t.commands)}
    for task in tasks:
        file = task.file
        if is_trial(file) or not _mentions(file.text) or file.path in local:
            continue
        if not (_breaks_glass(task.name) or _is_passing(task.name) or task.name in _TRIAL_TASKS):
            by_file.setdefault(file.path, []).extend(changes(task.commands))
    for path, found in by_file.items():
        if found:
            file = root.files[path]
            place = file.place(_by_weight(found)[0].command.line)
            severity = Severity.LOW if _light(found) else None
            what = f"{file.name} {_told(found)}"
            yield fault(place, what, severity=severity, related=_others(file, found))


def _others(file: File, found: Sequence[Change]) -> tuple[Place, ...]:
    lines = dict.fromkeys(change.command.line for change in _by_weight(found))
    return tuple(file.place(line) for line in list(lines)[1:_RELATED])


def _by_weight(found: Sequence[Change]) -> list[Change]:
    return sorted(found, key=lambda change: change.light)


def in_documents(site: Site[object]) -> Iterator[Observation]:
    """One finding for every document that tells people to change something by hand."""
    for blocks in told(site).values():
        file = blocks[0].file
        if is_trial(file) or _breaks_glass(file.path):
            continue
        if any(word in file.text for word in _LOCAL):
            continue
        found = [
            change
            for block in blocks
            if not any(_breaks_glass(heading) for heading in block.path)
            for change in (*changes(block.commands), *_by_people(site, block.commands))
        ]
        found.sort(key=lambda change: change.command.line)
        if found:
            place = file.place(_by_weight(found)[0].command.line)
            what = f"{file.name} {_told(found, verb='tells people to run')}"
            yield fault(place, what, related=_others(file, found))


def _by_people(site: Site[object], commands: Sequence[Command]) -> Iterator[Change]:
    """What is right in a pipeline and is by hand when people are told to type it."""
    bootstrapped = "a flux_bootstrap_git resource, or the Flux Operator in Terraform"
    for command in commands:
        if command.starts("flux", "bootstrap"):
            if not any(True for _ in resources(site, "flux_bootstrap_git")):
                yield Change(command, "flux bootstrap", bootstrapped, light=True)
        elif command.program in {"skaffold", "helmfile"} and command.words[:1] in _PEOPLE:
            words = (environment_of(w.replace("=", "/")) for w in command.argv[1:])
            if any(w and tier(w) == "production" for w in words):
                what = f"{command.program} {command.words[0]} into production"
                yield Change(command, what, "a job of the pipeline", light=False)


_PEOPLE: Final = {("run",), ("deploy",), ("apply",), ("sync",)}
_TRIAL_TASKS: Final = frozenset("dev local kind minikube test e2e".split())
_RELATED: Final = 6
_TOOLS: Final = ("kubectl", "helm", "gcloud", "aws ", "az ", "argocd", "linode-cli", "doctl",
                 "eksctl", "hcloud", "gh ", "istioctl", "flux ", "oc ", "gsutil")  # fmt: skip


def _mentions(text: str) -> bool:
    return any(tool in text for tool in _TOOLS)


def _on_trial(job: Job) -> bool:
    actions = [step.uses.name for step in job.all_steps if step.uses]
    return makes_local_cluster(job.commands, actions)


def _is_passing(name: str) -> bool:
    return any(word in name.lower() for word in _PASSING)


def _breaks_glass(text: str) -> bool:
    low = text.lower()
    return any(word in low for word in _BREAK_GLASS)


def _light(found: Sequence[Change]) -> bool:
    return all(change.light for change in found)


def _told(found: Sequence[Change], verb: str = "runs") -> str:
    by_twin: dict[str, list[str]] = {}
    for change in _by_weight(found):
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
