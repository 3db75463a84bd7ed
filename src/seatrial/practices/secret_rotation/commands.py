"""Commands of pipelines and scripts, and which of them show a credential."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.delivery.releases import command_place
from seatrial.kit.grouping import named
from seatrial.kit.platform.live import is_aside
from seatrial.kit.secrets.secretnames import is_secret_name
from seatrial.kit.site import Site, once
from seatrial.model.finding import Observation, Severity, fault
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.practices.secret_rotation.settings import Settings
from seatrial.repo.commands import shell
from seatrial.repo.commands.shell import Command
from seatrial.repo.files import File

_BODY: Final = ("--body", "-b")
_LOGINS: Final = frozenset(
    "docker podman helm skopeo crane oras buildah az oc argocd nerdctl".split()
)
_URLS: Final = frozenset(
    "psql pg_dump pg_restore pg_dumpall mysql mysqldump mongosh mongo mongodump redis-cli".split()
)
_FLAGS: Final = ("--password", "--token", "--passphrase", "--secret")
_SHORT: Final[dict[str, tuple[str, ...]]] = {
    "sshpass": ("-p",),
    "redis-cli": ("-a", "--pass"),
    "curl": ("-u", "--user"),
}
_LINES: Final = ("set-credentials", " login", "psql", "curl", "mysql", "sshpass")
_HINTS: Final = (
    "secret set", "set env", "openssl rand", "--password", "--token", "sshpass", "login", "curl",
    "psql", "mysql", "pg_dump", "mongo", "redis-cli",
)  # fmt: skip


@check("secret-rotation/on-a-command-line", severity=Severity.MEDIUM)
def on_a_command_line(site: Site[Settings]) -> Iterator[Observation]:
    """A credential is handed over on a command line.

    Why: the process list and the shell's trace show it to everybody on the machine.
    Fix: give it on standard input (`--password-stdin`, `gh secret set NAME < file`), in a variable
    that the program reads (`PGPASSWORD`), or from a file.
    """
    by_file: dict[tuple[str, str], list[tuple[Place, str]]] = {}
    for command, place in commands(site):
        if command.starts("gh", "secret", "set") and command.flag(*_BODY):
            name = command.words[2] if len(command.words) > 2 else "a secret"  # noqa: PLR2004 (`gh secret set NAME`)
            yield fault(place, f"`gh secret set {name} --body` shows the value in the process list")
        elif shows(command):
            key = (place.repository, place.path)
            by_file.setdefault(key, []).append((place, command.program))
    for found in by_file.values():
        programs = named(program for _, program in found)
        verb = "gets" if len({program for _, program in found}) == 1 else "get"
        yield fault(
            found[0][0],
            f"{programs} {verb} a credential on the command line, where the process list shows it",
            severity=Severity.LOW,
            related=tuple(place for place, _ in found[1:8]),
        )


def shows(command: Command) -> bool:
    """True for a command that is given the value of a secret as one of its words."""
    argv, program = command.argv, command.program
    flags = _SHORT.get(program, ())
    if program in _LOGINS and "login" in command.words[:3]:
        flags = (*_FLAGS, "-p")
    elif command.starts("kubectl", "config", "set-credentials") or program in _URLS:
        flags = (*flags, *_FLAGS)
    if any(_is_value(command.flag(flag) or "") for flag in flags):
        return True
    if program in {"mysql", "mysqldump", "mariadb"}:
        return any(w.startswith("-p") and _is_value(w[2:]) for w in argv[1:])
    if program in _URLS:
        return any(_in_url(word) for word in argv[1:])
    if program == "curl":
        data = command.flag("-d", "--data", "--data-raw") or ""
        return "password" in data.lower() and "$" in data
    return False


def _is_value(word: str) -> bool:
    """True for the expansion of a variable or expression whose name is that of a secret."""
    expansion = word.rpartition("$")[2] if "$" in word else ""
    name = "".join(c if c.isalnum() or c == "_" else " " for c in expansion).split()
    return any(is_secret_name(part) for part in name)


def _in_url(word: str) -> bool:
    scheme, found, rest = word.partition("://")
    info, at, _ = rest.partition("@")
    return bool(found and at) and scheme.isalnum() and _is_value(info.rpartition(":")[2])


@once
def commands(site: Site[object]) -> tuple[tuple[Command, Place], ...]:
    """Commands of workflows and of the repositories' own scripts."""
    return (*_of_workflows(site), *_of_scripts(site), *other_commands(site))


@once
def other_commands(site: Site[object]) -> tuple[tuple[Command, Place], ...]:
    """Commands of other CI systems that may show a credential; each line is read by itself."""
    places = {(s.place.repository, s.place.path) for s in site.repo.ci_systems}
    return tuple(
        (command, root.files[path].place(number))
        for root in site.repo.roots
        for repository, path in places
        if repository == root.name and path in root.files
        for number, line in enumerate(root.files[path].lines, 1)
        if any(word in line for word in _LINES) and not line.lstrip().startswith("#")
        for command in shell.parse(_bare(line), number).commands
    )


def _bare(line: str) -> str:
    text = line.strip().removeprefix("- ")
    key, colon, value = text.partition(": ")
    return value if colon and key in {"run", "command", "script"} else text


def _of_workflows(site: Site[object]) -> Iterator[tuple[Command, Place]]:
    for workflow in site.repo.workflows:
        for job in workflow.jobs:
            for step in job.all_steps if not job.is_off else ():
                for command in step.commands:
                    yield command, command_place(step, command)


def _of_scripts(site: Site[object]) -> Iterator[tuple[Command, Place]]:
    for file in _scripts(site):
        script = site.repo.scripts(file.root).at(file.path)
        for command in script.commands if script else ():
            yield command, file.place(command.line)


def _scripts(site: Site[object]) -> Iterator[File]:
    for file in site.repo.files():
        shell = file.suffix in {".sh", ".bash"} or (
            not file.suffix and file.folder.rpartition("/")[2] in {"bin", "scripts", "script"}
        )
        if shell and not is_aside(file.path) and any(word in file.text for word in _HINTS):
            yield file
