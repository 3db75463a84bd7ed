import uuid
from datetime import timedelta

import pytest

from app.models import Migration, utcnow
from app.states import InvalidTransition, Status, check_transition
from app.tasks import migrations as migration_tasks
from app.tasks.maintenance import requeue_stalled
from app.tasks.migrations import run_migration


def add(session, body, **fields):
    migration = Migration(**body, **fields)
    session.add(migration)
    session.commit()
    return migration


def test_run_completes(session, body):
    migration = add(session, body)
    assert run_migration(str(migration.id)) == "completed"
    session.refresh(migration)
    assert migration.status == Status.COMPLETED
    assert migration.progress == 100


def test_run_reports_checksum_mismatch(session, body, monkeypatch):
    sums = iter(["aa", "bb"])
    monkeypatch.setattr(migration_tasks, "checksum", lambda *_: next(sums))
    migration = add(session, body)
    assert run_migration(str(migration.id)) == "failed"
    session.refresh(migration)
    assert migration.error_message == "checksum mismatch: expected aa, got bb"
    assert migration.checksum is None


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.COMPLETED, Status.CONVERTING])
def test_run_leaves_others_alone(session, body, status):
    migration = add(session, body, status=status)
    assert run_migration(str(migration.id)) == "skipped"
    session.refresh(migration)
    assert migration.status == status


def test_run_unknown():
    assert run_migration(str(uuid.uuid4())) == "skipped"


def test_requeue_stalled(session, body):
    old = utcnow() - timedelta(hours=1)
    waiting = add(session, body, updated_at=old)
    stalled = add(session, body, updated_at=old, status=Status.CONVERTING)
    running = add(session, body, status=Status.CONVERTING)
    assert requeue_stalled() == {"failed": 1, "requeued": 1}
    for migration in (waiting, stalled, running):
        session.refresh(migration)
    assert waiting.status == Status.COMPLETED
    assert stalled.status == Status.FAILED
    assert stalled.error_message == "no progress, the worker is gone"
    assert running.status == Status.CONVERTING


def test_transitions():
    check_transition("queued", Status.CONVERTING)
    check_transition("verifying", Status.COMPLETED)
    for current in ("completed", "failed", "cancelled"):
        with pytest.raises(InvalidTransition):
            check_transition(current, Status.CONVERTING)
    with pytest.raises(InvalidTransition):
        check_transition("queued", Status.COMPLETED)
