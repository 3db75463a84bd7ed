"""Housekeeping, called by beat."""

import logging
from datetime import timedelta

from sqlalchemy import select

from app.celery_app import celery_app
from app.config import get_settings
from app.db import SessionLocal
from app.models import Migration, utcnow
from app.states import Status
from app.tasks.migrations import run_migration

logger = logging.getLogger(__name__)


@celery_app.task(name="app.tasks.maintenance.requeue_stalled")
def requeue_stalled() -> dict[str, int]:
    settings = get_settings()
    now = utcnow()
    with SessionLocal() as session:
        stalled = session.scalars(
            select(Migration).where(
                Migration.status.in_([Status.CONVERTING, Status.VERIFYING]),
                Migration.updated_at < now - timedelta(seconds=settings.stalled_after_seconds),
            )
        ).all()
        for migration in stalled:
            migration.fail("no progress, the worker is gone")

        waiting = session.scalars(
            select(Migration).where(
                Migration.status == Status.QUEUED,
                Migration.updated_at < now - timedelta(seconds=settings.requeue_after_seconds),
            )
        ).all()
        for migration in waiting:
            migration.updated_at = now
        session.commit()

    for migration in waiting:
        run_migration.delay(str(migration.id))
    if stalled or waiting:
        logger.warning("failed %d stalled, requeued %d waiting", len(stalled), len(waiting))
    return {"failed": len(stalled), "requeued": len(waiting)}
