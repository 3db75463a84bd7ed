import uuid

import pytest

from app.config import get_settings
from app.models import Migration
from app.routers import migrations
from app.states import Status


def test_health(client):
    response = client.get("/health")
    assert response.status_code == 200
    assert response.json() == {"status": "ok"}


def test_version(client, monkeypatch):
    monkeypatch.setattr(get_settings(), "app_version", "1.2.3")
    assert client.get("/version").json()["version"] == "1.2.3"


def test_docs(client):
    assert client.get("/docs").status_code == 200


def test_create_queues_a_task(client, body, monkeypatch):
    queued = []
    monkeypatch.setattr(migrations.run_migration, "delay", queued.append)
    response = client.post("/api/v1/migrations", json=body)
    assert response.status_code == 201
    created = response.json()
    assert created["status"] == "queued"
    assert created["progress"] == 0
    assert queued == [created["id"]]


def test_create_runs_to_completion(client, body):
    created = client.post("/api/v1/migrations", json=body).json()
    shown = client.get(f"/api/v1/migrations/{created['id']}").json()
    assert shown["status"] == "completed"
    assert shown["progress"] == 100
    assert len(shown["checksum"]) == 64
    assert shown["error_message"] is None


@pytest.mark.parametrize(
    "change",
    [
        {"target_format": "vmdk"},
        {"target_format": "ova"},
        {"disk_gib": 0},
        {"disk_gib": 4097},
        {"vm_name": "no spaces"},
        {"vm_name": ""},
        {"priority": 10},
    ],
)
def test_create_refuses(client, body, change):
    assert client.post("/api/v1/migrations", json=body | change).status_code == 422
    assert client.get("/api/v1/migrations").json()["total"] == 0


def test_list_filters_and_pages(client, body, session):
    for number in range(3):
        client.post("/api/v1/migrations", json=body | {"vm_name": f"vm-{number}"})
    session.add(Migration(**body | {"vm_name": "broken"}, status=Status.FAILED))
    session.commit()

    everything = client.get("/api/v1/migrations").json()
    assert everything["total"] == 4
    assert [item["vm_name"] for item in everything["items"]] == ["broken", "vm-2", "vm-1", "vm-0"]

    failed = client.get("/api/v1/migrations", params={"status": "failed"}).json()
    assert [item["vm_name"] for item in failed["items"]] == ["broken"]

    page = client.get("/api/v1/migrations", params={"limit": 2, "offset": 1}).json()
    assert page["total"] == 4
    assert [item["vm_name"] for item in page["items"]] == ["vm-2", "vm-1"]


def test_show_unknown(client):
    assert client.get(f"/api/v1/migrations/{uuid.uuid4()}").status_code == 404


def test_cancel_waiting(client, body, monkeypatch):
    monkeypatch.setattr(migrations.run_migration, "delay", lambda _: None)
    created = client.post("/api/v1/migrations", json=body).json()
    response = client.post(f"/api/v1/migrations/{created['id']}/cancel")
    assert response.status_code == 200
    assert response.json()["status"] == "cancelled"


def test_cancel_finished(client, body):
    created = client.post("/api/v1/migrations", json=body).json()
    response = client.post(f"/api/v1/migrations/{created['id']}/cancel")
    assert response.status_code == 409
    assert response.json()["detail"] == "cannot go from completed to cancelled"


def test_cancel_unknown(client):
    assert client.post(f"/api/v1/migrations/{uuid.uuid4()}/cancel").status_code == 404
