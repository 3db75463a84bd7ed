"""/api/v1/migrations"""

import uuid
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, status
from sqlalchemy import func, select

from app.db import SessionDep
from app.models import Migration
from app.schemas import MigrationCreate, MigrationList, MigrationOut
from app.states import InvalidTransition, Status
from app.tasks.migrations import run_migration

router = APIRouter(prefix="/api/v1/migrations", tags=["migrations"])


@router.post("", status_code=status.HTTP_201_CREATED, response_model=MigrationOut)
def create_migration(body: MigrationCreate, session: SessionDep) -> Migration:
    migration = Migration(**body.model_dump())
    session.add(migration)
    session.commit()
    run_migration.delay(str(migration.id))
    return migration


@router.get("", response_model=MigrationList)
def list_migrations(
    session: SessionDep,
    status: Status | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    offset: Annotated[int, Query(ge=0)] = 0,
) -> dict[str, object]:
    query = select(Migration)
    if status is not None:
        query = query.where(Migration.status == status)
    total = session.scalar(select(func.count()).select_from(query.subquery()))
    newest_first = query.order_by(Migration.created_at.desc(), Migration.id)
    items = session.scalars(newest_first.limit(limit).offset(offset)).all()
    return {"total": total, "items": items}


@router.get("/{migration_id}", response_model=MigrationOut)
def show_migration(migration_id: uuid.UUID, session: SessionDep) -> Migration:
    migration = session.get(Migration, migration_id)
    if migration is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "no such migration")
    return migration


@router.post("/{migration_id}/cancel", response_model=MigrationOut)
def cancel_migration(migration_id: uuid.UUID, session: SessionDep) -> Migration:
    migration = session.get(Migration, migration_id, with_for_update=True)
    if migration is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "no such migration")
    try:
        migration.advance(Status.CANCELLED)
    except InvalidTransition as error:
        raise HTTPException(status.HTTP_409_CONFLICT, str(error)) from error
    session.commit()
    return migration
