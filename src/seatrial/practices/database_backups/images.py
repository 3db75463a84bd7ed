"""Containers whose image does nothing but back up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.site import Site
from seatrial.model.place import Place
from seatrial.practices.database_backups.backup import Backup

_IMAGES: Final = (
    "postgres-backup", "pg-backup", "pgbackup", "mysql-backup", "mongodb-backup", "mongo-backup",
    "db-backup", "mariadb-backup", "docker-volume-backup", "backup-s3", "backup-local",
)  # fmt: skip


def of_images(site: Site[object]) -> Iterator[Backup]:
    """Backups by containers that are made for it, in the cluster or in compose."""
    for manifest in site.repo.manifests:
        for container in manifest.containers:
            image = container.at("image").text.lower()
            if any(word in image for word in _IMAGES):
                yield _of_image(
                    f"{manifest.kind}/{manifest.name}",
                    manifest.place(),
                    image,
                    {v.at("name").text for v in container.at("env").items()},
                    manifest.environments,
                )
    for compose in site.repo.compose:
        for service in compose.services:
            if any(word in service.image.lower() for word in _IMAGES) and not service.profiles:
                names = {name for name, _ in service.environment}
                yield _of_image(f"service {service.name}", service.place, service.image, names, ())


def _of_image(
    name: str, place: Place, image: str, variables: set[str], environments: tuple[str, ...]
) -> Backup:
    engine = next(
        (e for word, e in (("postgres", "postgresql"), ("pg", "postgresql"), ("mysql", "mysql"),
                           ("maria", "mariadb"), ("mongo", "mongodb")) if word in image),
        "",
    )  # fmt: skip
    away = any(word in v.upper() for v in variables for word in ("S3", "BUCKET", "B2_", "AZURE"))
    kept = any(word in v.upper() for v in variables for word in ("KEEP", "RETENTION", "CLEANUP"))
    secret = any(word in v.upper() for v in variables for word in ("PASSPHRASE", "GPG", "ENCRYPT"))
    return Backup(
        f"{name} backs up with {image.partition(':')[0]}",
        place,
        engine,
        environments=environments,
        off_cluster=away,
        encrypted=True if secret else None,
        retention="as its variables say" if kept else "",
    )
