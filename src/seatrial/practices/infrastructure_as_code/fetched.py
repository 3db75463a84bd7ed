"""What is fetched from the internet at the moment of a delivery, and believed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from seatrial.kit.delivery.releases import command_place, releases
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault
from seatrial.practices.infrastructure_as_code.places import is_trial

if TYPE_CHECKING:
    from seatrial.repo.commands.command import Command
    from seatrial.repo.commands.scripts import ScriptFile
    from seatrial.repo.workflows import Job

_FETCHERS: Final = frozenset({"curl", "wget"})
_RUNNERS: Final = frozenset({"sh", "bash", "zsh", "dash", "python", "python3", "perl", "ruby"})
_DELIVERS: Final = frozenset({"helm", "kubectl", "terraform", "tofu", "aws", "gcloud", "az"})
_FAILS: Final = ("--fail", "--fail-with-body", "--fail-early")


def scripts(site: Site[object]) -> Iterator[Observation]:
    """Installers that are piped into a shell in whatever version the address has today."""
    for workflow in site.repo.workflows:
        for job in workflow.jobs:
            for step in () if job.is_off else job.all_steps:
                for command, url in _piped(step.commands):
                    # Beside no credentials of a deployment it is a matter of repeatability only.
                    severity = None if _releases(site, job) else Severity.LOW
                    what = f"job {job.id} {_told(url)}"
                    yield fault(command_place(step, command), what, severity=severity)
    for root in site.repo.roots:
        for script in site.repo.scripts(root).all:
            if not is_trial(script.file) and "http" in script.file.text:
                for command, url in _piped(script.commands):
                    what = f"{script.file.name} {_told(url)}"
                    yield fault(script.file.place(command.line), what, severity=Severity.LOW)


def _releases(site: Site[object], job: Job) -> bool:
    return any(release.job is job for release in releases(site))


def _told(url: str) -> str:
    return f"pipes {_shown(url)} into a shell, whatever it is today"


def _piped(commands: Sequence[Command]) -> Iterator[tuple[Command, str]]:
    for index, command in enumerate(commands):
        if command.program not in _FETCHERS:
            continue
        url = _url(command)
        following = commands[index + 1 : index + 2]
        runs = any(c.reads_pipe and c.program in _RUNNERS for c in following)
        inner = any(
            c.program in _RUNNERS and any(url in w and ("<(" in w or "$(" in w) for w in c.argv)
            for c in following
        )
        if url and (runs or inner) and not _is_pinned(url):
            yield command, url


def _url(command: Command) -> str:
    return next((w for w in command.argv[1:] if w.startswith(("http://", "https://"))), "")


def _is_pinned(url: str) -> bool:
    """True for an address that names a version or a commit, or whose parts are computed."""
    if "$" in url or "127.0.0.1" in url or "localhost" in url:
        return True
    return bool(re.search(r"v?\d+\.\d+|[0-9a-f]{40}", url.partition("://")[2].partition("/")[2]))


def _shown(url: str) -> str:
    rest = url.partition("://")[2].rpartition("@")[2].partition("?")[0]
    return rest[:70]


def values(site: Site[object]) -> Iterator[Observation]:
    """Deliveries that take a value from the internet without looking whether it came."""
    for root in site.repo.roots:
        for script in site.repo.scripts(root).all:
            if not is_trial(script.file) and "$(curl" in script.file.text:
                yield from _taken(script)


def _taken(script: ScriptFile) -> Iterator[Observation]:
    file = script.file
    words = [word for command in script.commands for word in command.argv]
    delivers = any(
        c.program in _DELIVERS and {"upgrade", "apply", "install"} & set(c.words[:2])
        for c in script.commands
    )
    for command in script.commands if delivers else ():
        line = file.lines[command.line - 1] if command.line <= len(file.lines) else ""
        name = line.strip().removeprefix("export ").partition("=")[0]
        url = _url(command)
        taken = command.program == "curl" and "$(curl" in line and name.isidentifier()
        if not taken or not _is_outside(url) or _fails(command):
            continue
        if any(f"${name}" in word or f"${{{name}" in word for word in words):
            yield fault(
                file.place(command.line),
                f"{file.name} takes {name} from {_shown(url)} at every delivery and does not look"
                " whether anything came (no --fail): an empty answer is delivered",
            )


def _is_outside(url: str) -> bool:
    host = url.partition("://")[2].partition("/")[0].partition(":")[0]
    inside = host.endswith((".local", ".internal", ".svc")) or host.startswith(
        ("localhost", "127.", "169.254", "10.")
    )
    return "." in host and "$" not in host and not inside


def _fails(command: Command) -> bool:
    short = any(w[:1] == "-" and w[1:2] != "-" and "f" in w for w in command.argv[1:])
    return short or any(w in _FAILS for w in command.argv)
