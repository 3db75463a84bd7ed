"""Databases whose files go with their container: an empty directory, or no volume at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.data.databases import Database, Source, databases, engine_of
from seatrial.kit.platform.joined import joined
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.practices.database_backups.backup import known
from seatrial.practices.database_backups.settings import Settings
from seatrial.repo.code.compose import Service
from seatrial.repo.kubernetes.manifests import Manifest
from seatrial.repo.yaml import Node

_SCRATCH: Final = ("/tmp", "/var/tmp", "/run", "/var/run", "/dev/shm", "/docker-entrypoint", "/etc")  # noqa: S108 (looked for, never used)
_NOT_DATA: Final = ("configMap", "secret", "downwardAPI", "projected")


@check("database-backups/lost-on-restart", severity=Severity.HIGH)
def lost_on_restart(site: Site[Settings]) -> Iterator[Observation]:
    """A database keeps its files in its container.

    Why: the pod is replaced at every deployment, node change or crash, and the data with it; no
    backup brings back what was written since.
    Fix: a StatefulSet with a `volumeClaimTemplates` (or a named volume in a compose file).
    """
    yield from joined(_lost_on_restart(site))


def _lost_on_restart(site: Site[Settings]) -> Iterator[Observation]:
    asked = {e.name for e in site.environments if e.tier in site.settings.required_in}
    for database in databases(site):
        names = known(site, database.environments)
        if names and not asked & set(names):
            continue
        kept = tuple(name for name in names if name in asked)
        if database.source is Source.WORKLOAD and database.manifest:
            found = _in_pod(database.manifest)
            if found:
                place, where = found
                yield fault(
                    place,
                    f"{database.name} ({database.engine}) keeps its data {where}, which goes with"
                    " the pod",
                    environments=kept,
                )
        elif database.source is Source.COMPOSE:
            yield from _in_compose(site, database)


def _in_pod(manifest: Manifest) -> tuple[Place, str] | None:
    """Where a pod holds a database's files when they do not outlive it."""
    spec, above = manifest.pod_spec, manifest.pod_path
    claimed = manifest.node.at("spec", "volumeClaimTemplates").items()
    claims = {claim.at("metadata", "name").text for claim in claimed}
    volumes = {v.at("name").text: (i, v) for i, v in enumerate(spec.at("volumes").items())}
    index, container = _server(manifest.containers)
    empty: Place | None = None
    for mount in container.at("volumeMounts").items():
        name, path = mount.at("name").text, mount.at("mountPath").text
        if path.startswith(_SCRATCH):
            continue
        number, volume = volumes.get(name, (-1, None))
        if name in claims or volume is None:
            return None
        if volume.has("emptyDir"):
            empty = manifest.place(*above, "volumes", number, "emptyDir")
        elif not any(volume.has(kind) for kind in _NOT_DATA):
            return None
    if empty:
        return empty, "in an emptyDir"
    return manifest.place(*above, "containers", index), "in its container, without any volume"


def _server(containers: list[Node]) -> tuple[int, Node]:
    """The container that is the database; the first one when no image tells."""
    for index, container in enumerate(containers):
        if engine_of(container.at("image").text):
            return index, container
    return 0, containers[0]


def _in_compose(site: Site[Settings], database: Database) -> Iterator[Observation]:
    service = _service(site, database)
    if service is None or _is_kept(service):
        return
    yield fault(
        database.place,
        f"{database.name} ({database.engine}) has no volume of its own: its data goes with the"
        " container",
        severity=Severity.MEDIUM,
    )


def kept_at(site: Site[Settings], database: Database) -> tuple[Place, ...]:
    """The line of the volume that holds a compose database's files; empty without one."""
    service = _service(site, database) if database.source is Source.COMPOSE else None
    mounts = service.mounts if service else ()
    kept = (m for m in mounts if m.source and not m.target.startswith(_SCRATCH))
    return tuple(service.file.place(m.line) for m in kept if service)[:1]


def _service(site: Site[Settings], database: Database) -> Service | None:
    services = (s for compose in site.repo.compose for s in compose.services)
    return next((s for s in services if s.place == database.place), None)


def _is_kept(service: Service) -> bool:
    # An anonymous volume belongs to one container, and the next one does not get it.
    return any(
        mount.source and not mount.target.startswith(_SCRATCH) for mount in service.mounts
    ) or service.node.has("extends")
