"""Where credentials are written out, and where what looks like one is none."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from seatrial.kit import environments
from seatrial.kit.secrets.secretvalues import Literal, literals
from seatrial.kit.site import Site
from seatrial.model.fact import Facts
from seatrial.repo.files import Root
from seatrial.repo.repository import Repository

VALUE = "FAKE-value-0815-not-real"


def found(tmp_path: Path, files: dict[str, str]) -> list[Literal]:
    """Credentials that a repository with these files writes out."""
    for path, text in files.items():
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    repo = Repository([Root(tmp_path, git=False)])
    names = environments.found(repo)
    site: Site[object] = Site(repo, None, names, Facts({}), datetime(2026, 11, 24, tzinfo=UTC))
    return list(literals(site))


OBJECT = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData:\n"
DEPLOY = "on: push\njobs:\n  a:\n    runs-on: x\n    env:\n      API_TOKEN: "


@pytest.mark.parametrize(
    ("path", "text", "name"),
    [
        ("k8s/secret.yaml", f"{OBJECT}  DB_PASSWORD: {VALUE}\n", "DB_PASSWORD"),
        ("prod.tfvars", f'db_password = "{VALUE}"\n', "db_password"),
        ("prod.tfvars", f'passwords = {{\n  a = "{VALUE}"\n}}\n', "passwords"),
        ("main.tf", f'variable "api_key" {{\n  default = "{VALUE}"\n}}\n', "api_key"),
        (".env", f"SESSION_SECRET='{VALUE}'\n", "SESSION_SECRET"),
        (".env.production", f"export DB_PASSWORD={VALUE}\n", "DB_PASSWORD"),
        ("run.sh", f"kubectl create secret generic a --from-literal=TOKEN={VALUE}\n", "TOKEN"),
        ("kustomization.yaml", f"secretGenerator:\n- literals: [TOKEN={VALUE}]\n", "TOKEN"),
        ("application.properties", f"spring.datasource.password={VALUE}\n", ""),
    ],
)
def test_a_credential_is_found_where_it_is_written_out(
    tmp_path: Path, path: str, text: str, name: str
) -> None:
    (literal,) = found(tmp_path, {path: text})
    assert literal.place.path == path
    assert not name or literal.name == name


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (".env.example", f"DB_PASSWORD={VALUE}\n"),
        ("tests/fixtures/secret.yaml", f"{OBJECT}  DB_PASSWORD: {VALUE}\n"),
        ("k8s/secret.yaml", f"{OBJECT}  DB_USER: {VALUE}\n"),
        ("k8s/sops.yaml", f"{OBJECT}  DB_PASSWORD: {VALUE}\nsops: {{mac: x}}\n"),
        ("k8s/x.yaml", f"apiVersion: a/v1\nkind: SealedSecret\nspec: {{password: {VALUE}}}\n"),
        ("main.tf", 'resource "a" "b" {\n  password = var.password\n}\n'),
        ("examples/a/main.tf", f'resource "a" "b" {{\n  password = "{VALUE}"\n}}\n'),
        (".github/workflows/test.yml", f"{DEPLOY}{VALUE}\n    steps: [{{run: pytest}}]\n"),
        ("docker-compose.dev.yml", f"services: {{a: {{environment: [DB_PASSWORD={VALUE}]}}}}\n"),
        (".env", "DB_PASSWORD=postgres\n"),
    ],
)
def test_samples_references_and_throw_away_values_are_no_credentials(
    tmp_path: Path, path: str, text: str
) -> None:
    assert found(tmp_path, {path: text}) == []


def test_a_weak_password_counts_in_production_and_not_in_development(tmp_path: Path) -> None:
    chart = "apiVersion: v2\nname: a\nversion: 1.0.0\n"
    files = {
        "chart/Chart.yaml": chart,
        "chart/values.yaml": "db:\n  password: postgres\n",
        "chart/values-dev.yaml": "db:\n  password: postgres\n",
        "chart/values-production.yaml": "db:\n  password: postgres\n",
    }
    (literal,) = found(tmp_path, files)
    assert literal.place.path == "chart/values-production.yaml"
    assert literal.name == "db.password"
    assert literal.weak


def test_a_value_is_nowhere_in_what_is_reported(tmp_path: Path) -> None:
    files = {
        "k8s/secret.yaml": f"{OBJECT}  DB_PASSWORD: {VALUE}\n",
        ".env": f"URL=postgresql://app:{VALUE}@db.internal/app\n",
        "prod.tfvars": f'db_password = "{VALUE}"\n',
    }
    reported = found(tmp_path, files)
    assert len(reported) == len(files)
    assert VALUE not in repr(reported)
