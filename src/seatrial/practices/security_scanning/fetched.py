"""Programs that a pipeline or image fetches as they are that day: piped scripts, moving tags."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from seatrial.kit.delivery.releases import command_place
from seatrial.kit.platform.live import is_aside
from seatrial.kit.site import Site, once
from seatrial.model.finding import Observation, Severity, fault
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.practices.security_scanning.settings import Settings
from seatrial.repo.commands.shell import Command
from seatrial.repo.files import File

_SHELLS: Final = frozenset("sh bash zsh dash ash python python3 ruby perl node pwsh".split())
_WRAPPERS: Final = frozenset({"sudo", "env", "exec", "command", "nice"})
_FETCHERS: Final = ("curl ", "wget ")
_CLOUD_BUILD: Final = ("cloudbuild/", "cloud-build/")
_RELATED: Final = 12
_LONGEST: Final = 1000


@check("security-scanning/piped-script", severity=Severity.MEDIUM, fix="manual")
def piped_script(site: Site[Settings]) -> Iterator[Observation]:
    """A script from the net is run as it is that day.

    Why: whoever controls the server, or the domain after them, runs code in the pipeline or in the
    image; nothing is pinned, nothing is checked.
    Fix: fetch a fixed version, compare its checksum, then run it; or use a package or action that
    is pinned.
    """
    by_file: dict[tuple[str, str], list[tuple[Place, str]]] = {}
    for place, host in (*_in_commands(site), *_in_other_pipelines(site)):
        by_file.setdefault((place.repository, place.path), []).append((place, host))
    for found in by_file.values():
        hosts = ", ".join(dict.fromkeys(host for _, host in found))
        yield fault(
            found[0][0],
            f"a script of {hosts} is piped into a shell, without a version or checksum",
            related=tuple(place for place, _ in found[1:_RELATED]),
        )


def _in_commands(site: Site[object]) -> Iterator[tuple[Place, str]]:
    for commands in scripts(site):
        before: Command | None = None
        for command, place in commands:
            address = _address(command.argv)
            inner = " ".join(command.argv[1:])
            if command.program in _SHELLS and any(
                f"{mark}{fetcher}" in inner for mark in ("$(", "<(") for fetcher in _FETCHERS
            ):
                found = _loose_host(_address(tuple(inner.split())))
                if found:
                    yield place, found
            elif before and command.reads_pipe and _runs_input(command):
                found = _loose_host(_address(before.argv))
                if found:
                    yield place, found
            if not command.reads_pipe or address:
                before = command if address and command.program in {"curl", "wget"} else None


def _runs_input(command: Command) -> bool:
    words = [w for w in command.argv if w.rpartition("/")[2] not in _WRAPPERS]
    words = [w for w in words if not w.startswith("-") and "=" not in w]
    if not words or words[0].rpartition("/")[2] not in _SHELLS:
        return False
    # `| python3 -c '...'` and `| sh script.sh` read the input as data.
    return "-c" not in command.argv and "-m" not in command.argv and _no_script(command, words)


def _no_script(command: Command, words: list[str]) -> bool:
    return len(words) == 1 or "-s" in command.argv or "-" in command.argv


@once
def scripts(site: Site[object]) -> tuple[tuple[tuple[Command, Place], ...], ...]:
    """Commands of each step and each Dockerfile, with their places."""
    found: list[tuple[tuple[Command, Place], ...]] = []
    for workflow in site.repo.workflows:
        steps = [step for job in workflow.jobs if not job.is_off for step in job.steps]
        found.extend(tuple((c, command_place(s, c)) for c in s.commands) for s in steps)
    found.extend(
        tuple((c, dockerfile.place(c.line)) for c in dockerfile.commands)
        for dockerfile in site.repo.dockerfiles
        if not is_aside(dockerfile.file.path)
    )
    return tuple(found)


def other_pipelines(site: Site[object]) -> Iterator[File]:
    """Files of other CI systems; they are searched line by line, since their form is not read."""
    seen = set()
    for system in site.repo.ci_systems:
        place = system.place
        root = next((r for r in site.repo.roots if r.name == place.repository), None)
        file = root.files.get(place.path) if root else None
        if file:
            seen.add((place.repository, place.path))
            yield file
    for file in site.repo.files():
        folder = f"{file.folder}/".lower()
        named = file.suffix in {".yml", ".yaml"} and folder.endswith(_CLOUD_BUILD)
        if named and (file.root.name, file.path) not in seen and "steps:" in file.text:
            yield file


def _in_other_pipelines(site: Site[object]) -> Iterator[tuple[Place, str]]:
    for file in other_pipelines(site):
        if not any(fetcher in file.text for fetcher in _FETCHERS):
            continue
        for number, line in enumerate(file.lines, 1):
            if "|" not in line or len(line) > _LONGEST or line.lstrip().startswith("#"):
                continue
            match = _pipe().search(line)
            found = _loose_host(match.group(1)) if match else ""
            if found:
                yield file.place(number), found


@cache
def _pipe() -> re.Pattern[str]:
    return re.compile(
        r"(?:curl|wget)\b[^|;&]*?(https?://[^\s\"'|;]+)[^|;&]*\|\s*(?:sudo\s+(?:-\S+\s+)*)?"
        r"(?:ba|z|da)?sh\b(?!\w)"
    )


def _address(words: tuple[str, ...]) -> str:
    return next((w.strip("\"'()") for w in words if "://" in w), "")


def _loose_host(address: str) -> str:
    """Host of an address that names no version; empty for a versioned one."""
    rest = address.partition("://")[2]
    host, _, path = rest.partition("/")
    return "" if not host or _version().search(path[:_LONGEST]) else host


@cache
def _version() -> re.Pattern[str]:
    # A release, a commit, or a variable that holds one of them.
    return re.compile(r"\d+\.\d+\.?\d*|[0-9a-f]{40}|\$\{?\w*(?:VERSION|TAG|REF|SHA)", re.IGNORECASE)
