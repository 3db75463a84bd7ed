"""Compose files."""

from __future__ import annotations

from pathlib import Path

import pytest

from seatrial.repo.code import compose
from seatrial.repo.code.compose import Service
from seatrial.repo.files import Root

TEXT = """\
x-base: &base
  restart: always
services:
  web:
    <<: *base
    build: {context: ./web, dockerfile: Dockerfile.dev}
    ports: ["8080:80", {target: 90, published: "9090", host_ip: 127.0.0.1}]
    environment:
      - TOKEN=hunter2
      - DEBUG
    depends_on: {db: {condition: service_healthy}}
    volumes:
      ["./src:/app", "data:/data", "/cache", "${DIR:-./x}:/y", {type: bind, source: a, target: /b}]
    develop: {watch: [{action: sync, path: .}]}
  db:
    image: ${REGISTRY:-docker.io}/postgres:${TAG}
    environment: {POSTGRES_PASSWORD: hunter2}
    healthcheck: {test: [CMD, pg_isready]}
    deploy: {replicas: 2}
  off:
    image: redis
    healthcheck: {disable: true}
    deploy: {replicas: "${N}"}
"""


@pytest.fixture
def services(tmp_path: Path) -> dict[str, Service]:
    (tmp_path / "compose.prod.yaml").write_text(TEXT)
    (tmp_path / ".env").write_text("# c\nTAG=16\n")
    (found,) = compose.read(Root(tmp_path))
    return {s.name: s for s in found.services}


def test_what_a_service_says_is_read_with_places(services: dict[str, Service]) -> None:
    web = services["web"]
    assert (web.build, web.dockerfile, web.restart) == ("./web", "Dockerfile.dev", "always")
    assert web.ports == ("8080:80", "127.0.0.1:9090:90")
    assert web.depends_on == (("db", "service_healthy"),)
    assert web.place.line == 4
    assert web.place_of("ports").line == 7
    assert web.watch
    assert [name for name, _ in web.environment] == ["TOKEN", "DEBUG"]


def test_bind_mounts_are_told_from_volumes(services: dict[str, Service]) -> None:
    assert [m.target for m in services["web"].bind_mounts] == ["/app", "/y", "/b"]
    assert [m.target for m in services["web"].mounts if not m.is_bind] == ["/data", "/cache"]


def test_images_are_filled_from_defaults_and_the_env_file(services: dict[str, Service]) -> None:
    assert services["db"].image == "docker.io/postgres:16"


def test_a_disabled_health_check_is_none(services: dict[str, Service]) -> None:
    assert services["db"].healthcheck
    assert not services["off"].healthcheck


def test_replicas_are_a_number_or_unknown(services: dict[str, Service]) -> None:
    assert [services[n].replicas for n in ("web", "db", "off")] == [1, 2, None]


def test_secrets_are_in_no_repr(services: dict[str, Service]) -> None:
    assert "hunter2" not in repr(services)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("docker-compose.yml", True),
        ("compose.override.yaml", True),
        ("docker-compose-ci.yml", True),
        ("composer.json", False),
        ("composed.yml", False),
    ],
)
def test_names_of_compose_files(name: str, *, expected: bool) -> None:
    assert compose.is_compose(name) is expected


@pytest.mark.parametrize(
    "text", ["", "[]", "services: 3", "services: {a: null}", "services: {a: [", "a: &a [*a]"]
)
def test_broken_files_do_not_raise(tmp_path: Path, text: str) -> None:
    (tmp_path / "compose.yml").write_text(text)
    (found,) = compose.read(Root(tmp_path))
    assert all(s.image == "" and s.ports == () for s in found.services)
