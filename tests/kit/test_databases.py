"""Which databases a system has."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from seatrial.kit.data.databases import Database, databases, engine_of
from seatrial.kit.site import Site
from seatrial.model.fact import Facts
from seatrial.repo.files import Root
from seatrial.repo.repository import Repository


def found(tmp_path: Path, files: dict[str, str]) -> list[Database]:
    """Databases of a repository with these files."""
    for path, text in files.items():
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    repo = Repository([Root(tmp_path, git=False)])
    site: Site[object] = Site(repo, None, (), Facts({}), datetime(2026, 11, 24, tzinfo=UTC))
    return list(databases(site))


def workload(container: str, pod: str = "") -> str:
    """A Deployment with one container."""
    return (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: db}\nspec:\n  template:\n"
        f"    spec:\n{pod}      containers:\n        - {container}\n"
    )


@pytest.mark.parametrize(
    ("image", "engine"),
    [
        ("postgres:17", "postgresql"),
        ("docker.io/bitnami/postgresql:16@sha256:0", "postgresql"),
        ("ghcr.io/cloudnative-pg/postgresql:17", "postgresql"),
        ("mariadb", "mariadb"),
        ("redis:7", ""),
        ("quay.io/prometheuscommunity/postgres-exporter:v0.17.0", ""),
        ("prodrigestivill/postgres-backup-local:16", ""),
        ("edoburu/pgbouncer", ""),
        ("ghcr.io/example-org/shop:1", ""),
    ],
)
def test_an_image_tells_its_engine(image: str, engine: str) -> None:
    assert engine_of(image) == engine


def test_an_own_image_on_the_port_of_postgresql_is_a_database(tmp_path: Path) -> None:
    text = workload("{name: db, image: example/accounts-db, ports: [{containerPort: 5432}]}")
    assert [d.engine for d in found(tmp_path, {"k8s/db.yaml": text})] == ["postgresql"]


def test_sqlite_on_a_volume_is_a_database_and_without_one_is_none(tmp_path: Path) -> None:
    container = "{name: a, image: example/a, env: [{name: DB, value: 'sqlite:////data/a.db'}]}"
    kept = "      volumes: [{name: d, persistentVolumeClaim: {claimName: d}}]\n"
    assert [d.engine for d in found(tmp_path / "a", {"k8s/a.yaml": workload(container, kept)})] == [
        "sqlite"
    ]
    assert not found(tmp_path / "b", {"k8s/a.yaml": workload(container)})


def test_a_read_replica_is_no_database_of_its_own(tmp_path: Path) -> None:
    text = (
        'terraform {\n  backend "s3" {}\n}\n'
        'resource "aws_db_instance" "main" {\n  engine = "postgres"\n}\n'
        'resource "aws_db_instance" "copy" {\n  replicate_source_db = "main"\n}\n'
    )
    assert [d.name for d in found(tmp_path, {"main.tf": text})] == ["aws_db_instance.main"]


def test_a_compose_database_counts_only_where_compose_is_how_the_system_runs(
    tmp_path: Path,
) -> None:
    compose = "services:\n  db:\n    image: postgres:17\n"
    assert [d.name for d in found(tmp_path / "a", {"compose.yaml": compose})] == ["service db"]
    deployed = workload("{name: a, image: example/a}")
    files = {"compose.yaml": compose, "k8s/a.yaml": deployed}
    assert not found(tmp_path / "b", files)
