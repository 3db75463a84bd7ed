"""What code names and what does not exist: files, scripts, modules, tasks."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity
from seatrial.model.practice import check
from seatrial.practices.infrastructure_as_code import commands, dangling, schedules, starts
from seatrial.practices.infrastructure_as_code.settings import Settings


@check("infrastructure-as-code/missing-file", severity=Severity.HIGH, fix="manual")
def missing_file(site: Site[Settings]) -> Iterator[Observation]:
    """A build or delivery names a file that does not exist.

    Why: it fails when it is needed, or falls back to something else without a word.
    Fix: the right path, or the missing file.
    """
    yield from dangling.files(site)


@check("infrastructure-as-code/missing-script", severity=Severity.HIGH, fix="manual")
def missing_script(site: Site[Settings]) -> Iterator[Observation]:
    """A pipeline, task or script starts a script that does not exist.

    Why: the step fails, or is masked and does nothing, which nobody notices until it is needed.
    Fix: the right path, or write the script.
    """
    yield from commands.in_pipelines(site)
    yield from commands.in_scripts(site)


@check("infrastructure-as-code/missing-script-in-docs", severity=Severity.LOW, fix="manual")
def missing_script_in_docs(site: Site[Settings]) -> Iterator[Observation]:
    """A document tells people to start a script that does not exist.

    Why: it is found out in the middle of the incident for which the document was written.
    Fix: the right path, or write the script.
    """
    yield from commands.in_documents(site)


@check("infrastructure-as-code/missing-module", severity=Severity.HIGH, fix="manual")
def missing_module(site: Site[Settings]) -> Iterator[Observation]:
    """An image, service or workload starts a module that does not exist.

    Why: the container ends at once, over and over.
    Fix: the module's right name.
    """
    yield from starts.modules(site)


@check("infrastructure-as-code/missing-task", severity=Severity.HIGH, fix="manual")
def missing_task(site: Site[Settings]) -> Iterator[Observation]:
    """A schedule names a task that nobody defines.

    Why: the scheduler sends it on time, the worker refuses it as unregistered, and the work that
    everybody believes to be done is never done.
    Fix: the task's right name, or remove the entry.
    """
    yield from schedules.tasks(site)
