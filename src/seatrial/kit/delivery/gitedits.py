"""What pipelines write into files that a controller may read, before they push to git."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Final

from seatrial.kit.delivery.gitpaths import files_at, filled
from seatrial.kit.delivery.releases import command_place
from seatrial.kit.delivery.throwaway import on_throwaway_cluster
from seatrial.kit.site import Site, once
from seatrial.model.place import Place
from seatrial.model.struct import field, replace, struct
from seatrial.repo.commands import shell
from seatrial.repo.commands.shell import Command
from seatrial.repo.files import File
from seatrial.repo.workflows import Job, Step

_SUFFIXES: Final = (".yaml", ".yml", ".json", ".tfvars", ".hcl", ".toml")
_FILE_INPUTS: Final = {
    "fjogeleit/yaml-update-action": "valueFile",
    "festias/replace-string": "filename",
    "jacobtomlinson/gha-find-replace": "include",
    "simplycubed/gitops-update": "filename",
    "bluwy/substitute-string-action": "_input-file",
    "imranismail/setup-kustomize": "",
}
_COMMITTERS: Final = (
    "stefanzweifel/git-auto-commit-action",
    "endbug/add-and-commit",
    "ad-m/github-push-action",
)
_PROPOSERS: Final = ("peter-evans/create-pull-request", "gr2m/create-or-update-pull-request-action")


@struct(eq=False)
class Edit:
    """One change of a file that is then pushed.

    Attributes:
        program: `sed`, `yq`, `kustomize` or the action's name.
        written: the file as the pipeline names it.
        script: what changes it (`sed` scripts or a `yq` expression, one a line), empty if not told.
        files: files of these repositories that it can mean.
        remote: repository that was checked out for it, empty for the workflow's own.
        push: place of the push.
        proposal: True when it goes through a pull request.
    """

    job: Job
    step: Step
    program: str
    written: str
    script: str
    files: tuple[File, ...]
    place: Place
    remote: str = ""
    push: Place | None = None
    proposal: bool = False
    branch: str = ""


@struct(frozen=False)
class _Desk:
    """Where a job stands: its folder, and the repositories that it checked out."""

    folder: str = ""
    remotes: dict[str, str] = field(default_factory=dict)

    def enter(self, folder: str) -> None:
        """Change the folder."""
        path = posixpath.normpath(posixpath.join(self.folder, folder))
        self.folder = "" if path == "." else path

    def remote_of(self, path: str) -> tuple[str, str]:
        """The foreign repository that holds a path, and the path in it."""
        for folder, name in sorted(self.remotes.items(), key=lambda p: -len(p[0])):
            if not folder:
                return name, path
            if path.startswith(f"{folder}/"):
                return name, path[len(folder) + 1 :]
        return "", path


@once
def edits(site: Site[object]) -> tuple[Edit, ...]:
    """All edits of all jobs that can run and that end in a push or a pull request."""
    return tuple(
        edit
        for workflow in site.repo.workflows
        for job in workflow.jobs
        if not job.is_off and not on_throwaway_cluster(job)
        for edit in _of_job(site, job)
    )


def _of_job(site: Site[object], job: Job) -> Iterator[Edit]:
    open_edits: list[Edit] = []
    desk = _Desk()
    proposes = any(
        command.starts("gh", "pr", "create") or command.starts("hub", "pull-request")
        for step in job.all_steps
        for command in site.repo.followed(step.commands, step.file)
    )
    for step in job.all_steps:
        _checkout(step, desk)
        open_edits.extend(_by_action(site, job, step, desk))
        home = desk.folder
        desk.enter(step.node.at("working-directory").text)
        for command in site.repo.followed(step.commands, step.file):
            _moved(command, desk)
            place = command_place(step, command)
            open_edits.extend(_by_command(site, job, step, (command, place), desk))
            if command.starts("git", "push"):
                branch = _branch(command)
                for edit in open_edits:
                    yield replace(edit, push=place, proposal=proposes, branch=branch)
                open_edits = []
        desk.folder = home
        pushed = _pushed_by_action(step)
        if pushed is not None:
            for edit in open_edits:
                yield replace(edit, push=step.place, proposal=pushed)
            open_edits = []


def _checkout(step: Step, desk: _Desk) -> None:
    uses = step.uses
    if uses and uses.name.lower() == "actions/checkout":
        repository = step.inputs.at("repository").text
        if repository and "github.repository" not in repository:
            desk.remotes[step.inputs.at("path").text.strip("./")] = repository


def _moved(command: Command, desk: _Desk) -> None:
    if command.program in {"cd", "pushd"} and command.words:
        desk.enter(command.words[0])
    elif command.starts("git", "clone") and len(command.words) > 1:
        url = command.words[1]
        into = command.words[2] if len(command.words) > 2 else url  # noqa: PLR2004 (url, folder)
        name = url.rpartition("@")[2].partition("://")[2] or url.rpartition("@")[2]
        folder = posixpath.basename(into.rstrip("/")).removesuffix(".git")
        desk.remotes[folder] = name.removesuffix(".git")


def _pushed_by_action(step: Step) -> bool | None:
    """None when the step pushes nothing; else whether it makes a pull request."""
    name = step.uses.name.lower() if step.uses else ""
    if name in _PROPOSERS:
        return True
    return False if name in _COMMITTERS else None


def _by_action(site: Site[object], job: Job, step: Step, desk: _Desk) -> Iterator[Edit]:
    name = step.uses.name.lower() if step.uses else ""
    if name == "mikefarah/yq":
        for command in shell.parse(step.inputs.at("cmd").text).commands:
            yield from _by_command(site, job, step, (command, step.place), desk)
        return
    written = step.inputs.at(_FILE_INPUTS.get(name, "")).text
    if not written:
        return
    script = step.inputs.at("propertyPath").text or step.inputs.at("find").text
    edit = _edit(site, job, step, (name, written, script), desk)
    own_push = name == "fjogeleit/yaml-update-action"
    if own_push and step.inputs.at("commitChange").text != "false":
        proposes = step.inputs.at("createPR").text == "true"
        yield replace(edit, push=step.place, proposal=proposes)
    else:
        yield edit


def _by_command(
    site: Site[object], job: Job, step: Step, at: tuple[Command, Place], desk: _Desk
) -> Iterator[Edit]:
    command, place = at
    argv = command.argv
    if command.starts("kustomize", "edit"):
        written = posixpath.join(desk.folder, "kustomization.yaml").lstrip("/")
        made = _edit(site, job, step, ("kustomize", written, "set image"), _Desk("", desk.remotes))
        yield replace(made, place=place)
        return
    in_place = any(
        w in {"--in-place", "--inplace"} or w.startswith(("-i", "--in-place=", "-Ei", "-ri", "-pi"))
        for w in argv[1:]
    )
    if command.program not in {"sed", "gsed", "yq", "perl"} or not in_place:
        return
    named = [w for w in argv[1:] if w.endswith(_SUFFIXES) or _is_variable(w)]
    scripts = [w for w in argv[1:] if w and w not in named and w[0] != "-" and w[:4] != "eval"]
    for written in named:
        program = command.program.removeprefix("g")
        made = _edit(site, job, step, (program, written, "\n".join(scripts)), desk)
        yield replace(made, place=place)


def _is_variable(word: str) -> bool:
    return word.startswith("$") and " " not in word and "(" not in word and "/" not in word[1:2]


def _edit(
    site: Site[object], job: Job, step: Step, what: tuple[str, str, str], desk: _Desk
) -> Edit:
    program, written, script = what
    path = posixpath.normpath(posixpath.join(desk.folder, filled(job, step, written)))
    path = path.removeprefix("./").lstrip("/")
    remote, inner = desk.remote_of(path)
    files = tuple(files_at(site, inner, job, remote=remote))
    return Edit(job, step, program, written, script, files, step.place, remote)


def values_of(command: Command) -> Iterator[str]:
    """Yield the values files that a `helm` command names, in order."""
    for index, word in enumerate(command.argv):
        head, equals, value = word.partition("=")
        if head in {"-f", "--values"}:
            following = command.argv[index + 1 : index + 2]
            yield from value.split(",") if equals else following


def _branch(command: Command) -> str:
    """Branch that a push names; empty when it is the current one or computed."""
    words = [w for w in command.words[1:] if not w.startswith("+")]
    named = words[1] if len(words) > 1 else ""
    named = named.rpartition(":")[2].removeprefix("refs/heads/")
    return "" if "$" in named or named == "HEAD" else named
