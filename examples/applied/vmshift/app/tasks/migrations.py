"""Runs one migration from start to end."""

import logging
import uuid

from sqlalchemy.orm import Session

from app.celery_app import celery_app
from app.config import get_settings
from app.converter import ConversionError, ImageFormat, checksum, convert, read_image
from app.db import SessionLocal
from app.models import Migration
from app.states import Status

logger = logging.getLogger(__name__)


@celery_app.task(name="app.tasks.migrations.run_migration")
def run_migration(migration_id: str) -> str:
    with SessionLocal() as session:
        migration = session.get(Migration, uuid.UUID(migration_id), with_for_update=True)
        if migration is None or migration.status != Status.QUEUED:
            logger.info("migration %s is not waiting, nothing to do", migration_id)
            return "skipped"

        migration.advance(Status.CONVERTING)
        session.commit()
        try:
            shift_image(session, migration)
        except ConversionError as error:
            logger.error("migration %s failed: %s", migration_id, error)
            migration.fail(str(error))
        session.commit()
        logger.info("migration %s is %s", migration_id, migration.status)
        return migration.status


def shift_image(session: Session, migration: Migration) -> None:
    source = ImageFormat(migration.source_format)
    target = ImageFormat(migration.target_format)

    def show_progress(done: int) -> None:
        progress = done * 100 // migration.disk_gib
        if progress >= migration.progress + 10:
            migration.progress = progress
            session.commit()

    converted = convert(
        read_image(migration.vm_name, migration.disk_gib, source),
        source,
        target,
        seconds_per_block=get_settings().seconds_per_gib,
        on_block=show_progress,
    )

    migration.advance(Status.VERIFYING)
    session.commit()
    expected = checksum(read_image(migration.vm_name, migration.disk_gib, source), source)
    actual = checksum(converted, target)
    if actual != expected:
        raise ConversionError(f"checksum mismatch: expected {expected}, got {actual}")

    migration.checksum = actual
    migration.progress = 100
    migration.advance(Status.COMPLETED)
