from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from app import db
from app.celery_app import celery_app
from app.config import get_settings
from app.main import app
from realdatabase import real_database


@pytest.fixture(autouse=True)
def sqlite_and_eager_tasks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    engine = real_database() or create_engine(
        "sqlite://", connect_args={"check_same_thread": False}, poolclass=StaticPool
    )
    db.Base.metadata.create_all(engine)
    db.SessionLocal.configure(bind=engine)
    celery_app.conf.update(task_always_eager=True, task_eager_propagates=True)
    monkeypatch.setattr(get_settings(), "seconds_per_gib", 0.0)
    yield
    celery_app.conf.update(task_always_eager=False, task_eager_propagates=False)
    db.SessionLocal.configure(bind=db.engine)
    engine.dispose()


@pytest.fixture
def session() -> Iterator[Session]:
    with db.SessionLocal() as session:
        yield session


@pytest.fixture
def client() -> TestClient:
    return TestClient(app)


@pytest.fixture
def body() -> dict[str, object]:
    return {
        "vm_name": "billing-db-01",
        "source_format": "vmdk",
        "target_format": "qcow2",
        "disk_gib": 12,
    }
