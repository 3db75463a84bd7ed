"""Every route answers as its OpenAPI document says, with the services that it really uses."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.main import app

ROOT = Path(__file__).resolve().parents[2]
MISSING = [name for name in ["DATABASE_URL", "REDIS_URL"] if name not in os.environ]
needs_services = pytest.mark.skipif(bool(MISSING), reason=f"{' and '.join(MISSING)} not set")

Operation = dict[str, object]


def operations(*methods: str) -> list[tuple[str, str, Operation]]:
    return [
        (method, path, operation)
        for path, item in app.openapi()["paths"].items()
        for method, operation in item.items()
        if method in methods
    ]


def required_query(operation: Operation) -> bool:
    parameters = operation.get("parameters", [])
    return any(p.get("required") and p.get("in") == "query" for p in parameters)


def filled(path: str) -> str:
    return re.sub(r"\{[^{}]*\}", "00000000-0000-0000-0000-000000000000", path)


READS = [(m, p, o) for m, p, o in operations("get") if not required_query(o)]
PLAIN = [path for _, path, _ in READS if "{" not in path]
BY_KEY = [path for _, path, _ in READS if "{" in path]
WRITES = [
    (method, path)
    for method, path, operation in operations("post", "put", "patch")
    if operation.get("requestBody", {}).get("required")
]


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    if not MISSING:
        subprocess.run([sys.executable, "-m", "alembic", "upgrade", "head"], cwd=ROOT, check=True)
    # An exception becomes the 500 that a user would see.
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@needs_services
def test_documents_its_routes(client: TestClient) -> None:
    if app.openapi_url is None:
        pytest.skip("the application serves no OpenAPI document")
    assert client.get(app.openapi_url).json()["paths"].keys() == app.openapi()["paths"].keys()


@needs_services
@pytest.mark.parametrize("path", PLAIN)
def test_answers(client: TestClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code < 400 or response.status_code in (401, 403), response.text


@needs_services
@pytest.mark.parametrize("path", BY_KEY)
def test_says_so_when_nothing_is_there(client: TestClient, path: str) -> None:
    response = client.get(filled(path))
    assert response.status_code < 500, response.text


@needs_services
@pytest.mark.parametrize(("method", "path"), WRITES)
def test_refuses_an_empty_body(client: TestClient, method: str, path: str) -> None:
    response = client.request(method, filled(path))
    assert 400 <= response.status_code < 500, response.text


@needs_services
def test_an_unknown_path_is_not_found(client: TestClient) -> None:
    assert client.get("/no-such-route-exists").status_code in (401, 403, 404)
