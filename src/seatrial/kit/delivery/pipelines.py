"""Pipelines that are there but cannot be read from here: other CI systems, remote workflows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.delivery.releases import releases
from seatrial.kit.grouping import named
from seatrial.kit.site import Site, once
from seatrial.model.finding import Observation, Reach, unknown
from seatrial.model.place import Place
from seatrial.repo.workflows import Job, Uses

PIPELINE_WORDS: Final = (
    "ci",
    "cd",
    "build",
    "pipeline",
    "main",
    "release",
    "deploy",
    "publish",
    "delivery",
)


def elsewhere(
    site: Site[object], what: str, words: tuple[str, ...] = PIPELINE_WORDS
) -> Iterator[Observation]:
    """Yield an unknown for every other CI system, and for remote workflows that may hold `what`.

    Each system is told once, and remote jobs once for each repository that they call.

    Args:
        site: the site.
        what: the end of the sentence "whether it holds ..." (`a test gate`).
        words: a remote workflow is only named when its file, or the job that calls it, has one of
            these words in its name: a greeter or a labeller holds nothing of the sort.
    """
    systems: dict[str, list[Place]] = {}
    for system in site.repo.ci_systems:
        systems.setdefault(system.name, []).append(system.place)
    for name, places in systems.items():
        yield unknown(
            f"{name} is used here and is not read: it cannot be seen whether it holds {what}",
            reach=Reach.ELSEWHERE,
            credential=f"a look into {named(place.path for place in places)}",
            place=places[0],
        )
    yield from _hinted(site, what)
    for repository, jobs in _by_repository(site, set(words)).items():
        several = len(jobs) > 1
        names = named(job.id for job, _ in jobs)
        yield unknown(
            f"job{'s' * several} {names} run{'s' * (not several)}"
            f" {'workflows of ' + repository if several else jobs[0][1].name}, which"
            f" lie{'s' * (not several)} in another repository:"
            f" it cannot be seen whether {'they hold' if several else 'it holds'} {what}",
            reach=Reach.ELSEWHERE,
            credential=f"a checkout of {repository}",
            place=jobs[0][1].place,
        )


def _by_repository(site: Site[object], words: set[str]) -> dict[str, list[tuple[Job, Uses]]]:
    found: dict[str, list[tuple[Job, Uses]]] = {}
    for job in remote_jobs(site):
        uses = job.uses
        if uses and _parts(job.id, uses.name.rpartition("/")[2]) & words:
            repository = "/".join(uses.name.split("/")[:2])
            found.setdefault(repository, []).append((job, uses))
    return found


NAMED_SYSTEMS: Final = (
    "Concourse",
    "Jenkins",
    "Spinnaker",
    "Buildkite",
    "TeamCity",
    "Octopus Deploy",
    "CodePipeline",
    "GoCD",
    "Harness",
    "AWX",
    "Argo Workflows",
    "Bamboo",
)


@once
def hinted_systems(site: Site[object]) -> tuple[tuple[str, Place], ...]:
    """Delivery systems that a README or document names, where no pipeline here releases anything.

    A sentence is no evidence that a practice is in place, but it is a hint that it lies elsewhere.
    """
    if releases(site) or site.repo.ci_systems:
        return ()
    found: dict[str, Place] = {}
    for document in site.repo.documents:
        if document.file.path.count("/") > 1:
            continue
        for name in NAMED_SYSTEMS:
            if name not in found and name in document.file.text:
                found[name] = document.file.place(document.file.line_of(name))
    return tuple(found.items())


def _hinted(site: Site[object], what: str) -> Iterator[Observation]:
    for name, place in hinted_systems(site):
        yield unknown(
            f"{place.path} says that {name} is used; its pipelines are not here, so it cannot be"
            f" seen whether they hold {what}",
            reach=Reach.ELSEWHERE,
            credential=f"the repository that holds the {name} pipelines",
            place=place,
        )


def remote_jobs(site: Site[object]) -> Iterator[Job]:
    """Jobs that call a reusable workflow of another repository."""
    for workflow in site.repo.workflows:
        for job in workflow.jobs:
            uses = job.uses
            if uses and not uses.is_local and not job.is_off:
                yield job


def _parts(*names: str) -> set[str]:
    text = " ".join(names).lower()
    for mark in "-_./":
        text = text.replace(mark, " ")
    return set(text.split())
