"""Scripts that commands name and that are not there."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from seatrial.kit.delivery.releases import command_place
from seatrial.kit.platform.live import is_aside
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault
from seatrial.practices.infrastructure_as_code.dangling import anywhere, is_ignored
from seatrial.practices.infrastructure_as_code.documents import Told, spans, told
from seatrial.repo.commands.scripts import script_word

if TYPE_CHECKING:
    from seatrial.model.place import Place
    from seatrial.repo.commands.command import Command
    from seatrial.repo.files import File, Root
    from seatrial.repo.workflows import Job

_SCRIPTS: Final = (".sh", ".bash", ".py", ".rb", ".js", ".ts", ".mjs", ".pl", ".php", ".ps1")
_INTERPRETERS: Final = frozenset({"python", "python3", "node", "ruby", "php", "perl", "ts-node"})
_MAKERS: Final = frozenset(
    "curl wget tar unzip git gh aws gsutil gcloud cp mv ln tee install rsync scp helm npm npx yarn"
    " pnpm composer make cmake go cargo mvn gradle docker svn 7z bunzip2 gunzip dotnet pip".split()
)
_HOMES: Final = frozenset({"scripts", "script", "ci", "hack", "tools", "ops", "deploy", "dev"})
_MADE: Final = frozenset(
    {"node_modules", "venv", ".venv", "dist", "build", "target", "vendor", "env"}
)
_FETCHERS: Final = frozenset({"curl", "wget"})
_FETCHING: Final = (
    "actions/download-artifact",
    "actions/cache",
    "dawidd6/action-download-artifact",
)

Missing = tuple["Place", str, str]
"""Place, who names it, and what is named."""


def in_pipelines(site: Site[object]) -> Iterator[Observation]:
    """Steps of workflows that start a script which does not exist."""
    for workflow in site.repo.workflows:
        for job in workflow.jobs:
            if job.is_off or _fetches(job):
                continue
            for step in job.all_steps:
                for path, command in _missing(workflow.file.root, step.commands, job.text):
                    place = command_place(step, command)
                    yield fault(
                        place,
                        f"job {job.id} starts {path}, which does not exist",
                        severity=Severity.LOW if command.masked else None,
                    )


def in_scripts(site: Site[object]) -> Iterator[Observation]:
    """Scripts and task files that start a script which does not exist."""
    for root in site.repo.roots:
        inside = _inside_images(site, root)
        for script in site.repo.scripts(root).all:
            file = script.file
            if is_aside(file.path) or file.path in inside:
                continue
            for path, command in (
                *_missing(root, script.commands, file.text), *_beside(root, file, script.commands)
            ):  # fmt: skip
                yield fault(
                    file.place(command.line),
                    f"{file.name} starts {path}, which does not exist",
                    severity=Severity.LOW if command.masked else Severity.MEDIUM,
                )
        for task in site.repo.tasks(root).all:
            if is_aside(task.file.path):
                continue
            for path, command in _missing(root, task.commands, task.file.text):
                yield fault(
                    task.file.place(command.line),
                    f"task {task.name} starts {path}, which does not exist",
                    severity=Severity.LOW if command.masked else Severity.MEDIUM,
                )


def _beside(root: Root, file: File, commands: Sequence[Command]) -> Iterator[tuple[str, Command]]:
    """Scripts named from the script's own folder: `$DIR/build.sh` after `DIR=$(... dirname $0)`."""
    if root.skipped.symlinks or "dirname" not in file.text:
        return
    homes = {
        line.strip().partition("=")[0].removeprefix("export ").removeprefix("readonly ").strip()
        for line in file.lines
        if "dirname" in line and ("$0" in line or "BASH_SOURCE" in line) and "/.." not in line
        if line.count("dirname") == 1
    }
    for command in commands:
        word = script_word(command)
        head, _, rest = word.partition("/")
        if head.strip("${}") not in homes or not head.startswith("$") or "$" in rest:
            continue
        path = posixpath.normpath(posixpath.join(file.folder, rest))
        made = path.startswith("..") or is_ignored(root, path) or not rest.endswith(_SCRIPTS)
        if not made and path not in root.files:
            yield path, command


def _inside_images(site: Site[object], root: Root) -> set[str]:
    """Scripts that run inside an image, where other files lie."""
    sources = {
        source.removeprefix("./").rstrip("/")
        for dockerfile in site.repo.dockerfiles
        if dockerfile.file.root is root
        for copy in dockerfile.copies
        for source in copy.sources
    }
    return {
        path
        for path in root.files
        if "entrypoint" in path or any(path == s or path.startswith(f"{s}/") for s in sources if s)
    }


def in_documents(site: Site[object]) -> Iterator[Observation]:
    """Documents that tell people to start a script which does not exist."""
    seen: set[tuple[str, str]] = set()
    for block in (*_own_blocks(site), *spans(site)):
        for path, command in _missing(block.file.root, block.commands, block.text):
            key = (block.file.path, path)
            known = any(anywhere(root, path) for root in site.repo.roots)
            if key not in seen and not known and not _is_linked(block.file, path):
                seen.add(key)
                yield fault(
                    block.file.place(command.line),
                    f"{block.file.name} tells people to start {path}, which does not exist",
                )


def _is_linked(file: File, path: str) -> bool:
    """True when the document links to that script in another repository."""
    name = f"/{path.rpartition('/')[2]}"
    return any(name in line and "://" in line for line in file.lines)


def _own_blocks(site: Site[object]) -> Iterator[Told]:
    """Blocks up to the first one that goes on in a clone or a download of something else."""
    for blocks in told(site).values():
        for block in blocks:
            if any(c.starts("git", "clone") or c.program in _FETCHERS for c in block.commands):
                break
            yield block


def _fetches(job: Job) -> bool:
    names = [step.uses.name.lower() for step in job.all_steps if step.uses]
    if names.count("actions/checkout") > 1 or any(n.startswith(_FETCHING) for n in names):
        return True
    return any(
        step.inputs.has("repository") or step.inputs.has("path")
        for step in job.all_steps
        if step.uses and step.uses.name.lower() == "actions/checkout"
    )


def _missing(root: Root, commands: Sequence[Command], text: str) -> Iterator[tuple[str, Command]]:
    if root.skipped.symlinks:
        return
    seen: set[str] = set()
    for index, command in enumerate(commands):
        path = _named(command)
        if not path or path in seen or anywhere(root, path) or is_ignored(root, path):
            continue
        seen.add(path)
        name = path.rpartition("/")[2]
        made = any(
            c.program in _MAKERS
            and (name in " ".join(c.argv) or c.program in {"tar", "unzip", "git"})
            for c in commands[:index]
        )
        written = f"> {name}" in text or f">{name}" in text or f"> {path}" in text
        if not made and not written:
            yield path, command


def _named(command: Command) -> str:
    """A relative path to a script that a command starts for sure; empty otherwise."""
    word = script_word(command)
    if not word and command.program in _INTERPRETERS and len(command.argv) > 1:
        word = command.argv[1]
        if not word.endswith(_SCRIPTS):
            return ""
    if not word or any(c in word for c in "$*{<`~ \\%@") or word.startswith("/"):
        return ""
    parts = [p for p in word.split("/") if p not in {".", ".."}]
    if not parts or not _MADE.isdisjoint(parts):
        return ""
    if word.startswith("../"):
        return ""
    is_script = word.endswith(_SCRIPTS) or (len(parts) > 1 and parts[0] in _HOMES)
    return "/".join(parts) if is_script else ""
