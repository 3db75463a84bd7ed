"""Test targets that do nothing, and checks of files that skip what they do not know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.delivery.testruns import TestKind, testing_jobs
from seatrial.kit.grouping import named
from seatrial.kit.platform.live import is_aside
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.practices.automated_testing.evidence import does_nothing
from seatrial.practices.automated_testing.settings import Settings
from seatrial.repo.commands.command import Command
from seatrial.repo.files import File

_SCHEMA_FLAGS: Final = ("-ignore-missing-schemas", "--ignore-missing-schemas")


@check("automated-testing/empty-target", severity=Severity.MEDIUM)
def empty_target(site: Site[Settings]) -> Iterator[Observation]:
    """A test target does nothing and succeeds.

    Why: the pipeline starts it, it is green, and everybody believes that something was tested.
    Fix: write tests and run them, or take the target away so that its absence can be seen.
    """
    found: dict[str, list[Place]] = {}
    for name, place in _empty(site):
        found.setdefault(name, []).append(place)
    for name, places in found.items():
        paths = named(place.path for place in places)
        does = "does nothing and succeeds" if len(places) == 1 else "do nothing and succeed"
        yield fault(places[0], f"`{name}` of {paths} {does}", related=tuple(places[1:]))


def _empty(site: Site[Settings]) -> Iterator[tuple[str, Place]]:
    for root in site.repo.roots:
        for task in site.repo.tasks(root).all:
            if is_aside(task.file.path) or not _is_test(task.name):
                continue
            if task.commands and not task.needs and does_nothing(task.commands):
                yield task.name, task.place
        for file in root.files.values():
            if file.name == "project.json" and not is_aside(file.path):
                yield from _of_project(file)


def _of_project(file: File) -> Iterator[tuple[str, Place]]:
    """Targets of Nx that run a shell command."""
    from seatrial.repo.commands import shell

    targets = file.yaml.first.at("targets")
    for name, target in targets.pairs():
        options = target.at("options")
        written = options.at("command") or options.at("commands")
        line = written.line if written else 0
        commands = shell.parse("\n".join(n.text for n in written.listed())).commands
        if _is_test(name) and commands and does_nothing(commands):
            yield name, file.place(line)


def _is_test(name: str) -> bool:
    parts = name.lower().replace("_", "-").replace(":", "-").split("-")
    return parts[0] in {"test", "tests", "e2e"} or parts[-1] in {"test", "tests", "e2e"}


@check("automated-testing/unknown-kinds-skipped", severity=Severity.LOW)
def unknown_kinds_skipped(site: Site[Settings]) -> Iterator[Observation]:
    """The check of manifests passes over every kind that it has no schema of.

    Why: policies, routes and releases are custom resources; a typing error in them is found by the
    cluster.
    Fix: give the schemas of your custom resources (`-schema-location`) and refuse unknown kinds.
    """
    seen: set[Place] = set()
    for _, run in testing_jobs(site, TestKind.VALIDATION):
        command = run.command
        if command is None or command.program not in {"kubeconform", "kubeval"}:
            continue
        place = _skipping(site, command, run.place)
        if place and place not in seen:
            seen.add(place)
            yield fault(place, f"`{command.program}` skips every kind that it has no schema of")


def _skipping(site: Site[Settings], command: Command, place: Place) -> Place | None:
    if any(word in _SCHEMA_FLAGS for word in command.argv):
        own = _in_scripts(site)
        return own or place
    # The flags of a script often stand in an array.
    flags = any("$" in word and "FLAGS" in word.upper() for word in command.argv)
    return _in_scripts(site) if flags else None


def _in_scripts(site: Site[Settings]) -> Place | None:
    for root in site.repo.roots:
        for script in site.repo.scripts(root).all:
            text = script.file.text
            if "kubeconform" not in text and "kubeval" not in text:
                continue
            line = script.file.line_of(_SCHEMA_FLAGS[0])
            if line and not script.file.lines[line - 1].lstrip().startswith("#"):
                return script.file.place(line)
    return None
