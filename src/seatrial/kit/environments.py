"""Which environments a system has, from what its repositories contain."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.model.environment import Environment
from seatrial.model.place import Place
from seatrial.repo.environments import environment_of, tier
from seatrial.repo.repository import Repository

_TIER_ORDER = {"dev": 0, "other": 1, "staging": 2, "production": 3}


def found(repository: Repository) -> tuple[Environment, ...]:
    """Environments in the order dev, others, staging, production, each with its places."""
    places: dict[str, list[Place]] = {}
    for name, place in _sightings(repository):
        places.setdefault(name, []).append(place)
    made = [Environment(n, tier(n), tuple(dict.fromkeys(p))[:8]) for n, p in places.items()]
    return tuple(sorted(made, key=lambda e: (_TIER_ORDER.get(e.tier, 1), e.name)))


def _sightings(repository: Repository) -> Iterator[tuple[str, Place]]:
    yield from _of_workflows(repository)
    yield from _of_charts(repository)
    yield from _of_terraform(repository)
    yield from _of_manifests(repository)


def _of_workflows(repository: Repository) -> Iterator[tuple[str, Place]]:
    for workflow in repository.workflows:
        for job in workflow.jobs:
            written = job.environment
            names = (written,) if "${{" not in written else _values_of(job.matrix, written)
            for name in names:
                canonical = environment_of(name) if name else None
                if canonical:
                    yield canonical, job.place_of("environment")


def _values_of(matrix: dict[str, tuple[str, ...]], written: str) -> tuple[str, ...]:
    inner = written.replace("${{", "").replace("}}", "").strip()
    return matrix.get(inner.removeprefix("matrix."), ())


def _of_charts(repository: Repository) -> Iterator[tuple[str, Place]]:
    for chart in repository.charts:
        for values in chart.values_files:
            if values.environment:
                yield values.environment, values.file.place()


def _of_terraform(repository: Repository) -> Iterator[tuple[str, Place]]:
    terraform = repository.terraform
    for state in terraform.states:
        name = environment_of(state.workspace)
        if name:
            yield name, state.place
    for variables in terraform.tfvars:
        name = environment_of(variables.file.path)
        if name:
            yield name, variables.file.place()
    for module in terraform.modules:
        name = environment_of(module.folder)
        if name and module.is_root and not module.is_example:
            yield (
                name,
                module.blocks[0].place if module.blocks else Place(module.root.name, module.folder),
            )


def _of_manifests(repository: Repository) -> Iterator[tuple[str, Place]]:
    for manifest in repository.manifests:
        for name in manifest.environments:
            yield name, manifest.place()
        named = environment_of(manifest.namespace or "")
        if named and not manifest.environments:
            yield named, manifest.place("metadata", "namespace")
        if manifest.kind in {"Application", "Kustomization"} and "." in manifest.api_version:
            own = environment_of(manifest.name)
            if own:
                yield own, manifest.place("metadata", "name")
