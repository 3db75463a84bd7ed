import time

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import inspect

from app.db import engine
from app.main import app
from app.models import Migration


@pytest.fixture
def client() -> TestClient:
    return TestClient(app)


def test_schema_matches_the_models(schema):
    columns = {column["name"] for column in inspect(engine).get_columns("vm_migrations")}
    assert columns == set(Migration.__table__.columns.keys())


def test_a_worker_shifts_an_image(worker, client):
    body = {
        "vm_name": "integration-test",
        "source_format": "vmdk",
        "target_format": "vhdx",
        "disk_gib": 5,
    }
    created = client.post("/api/v1/migrations", json=body)
    assert created.status_code == 201
    url = f"/api/v1/migrations/{created.json()['id']}"

    deadline = time.monotonic() + 30
    while (shown := client.get(url).json())["status"] not in ("completed", "failed"):
        assert time.monotonic() < deadline, shown
        time.sleep(0.2)
    assert shown["status"] == "completed"
    assert shown["progress"] == 100
