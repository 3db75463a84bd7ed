"""Passwords that stand in templates and SQL, and what only looks like one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kit.test_secretvalues import found

CHART = {"chart/Chart.yaml": "apiVersion: v2\nname: a\nversion: 1.0.0\n", "chart/values.yaml": ""}


@pytest.mark.parametrize(
    "line",
    [
        "CREATE USER app WITH PASSWORD 'app_password';",
        "create role app login password 'FAKE-0815';",
        "ALTER USER app PASSWORD 'FAKE-0815';",
        "CREATE USER IF NOT EXISTS 'app'@'%' IDENTIFIED BY 'FAKE-0815';",
    ],
)
def test_sql_that_makes_a_user_with_a_password_writes_it_out(tmp_path: Path, line: str) -> None:
    (one,) = found(tmp_path, {"db/init.sql": line})
    assert (one.name, one.place.line) == ("the password of app", 1)
    assert "0815" not in repr(one)


@pytest.mark.parametrize(
    "line",
    [
        "-- CREATE USER app WITH PASSWORD 'FAKE-0815';",
        "CREATE USER app WITH PASSWORD :'password';",
        "CREATE USER app WITH PASSWORD '${PASSWORD}';",
        "CREATE USER app WITH PASSWORD 'SCRAM-SHA-256$4096:abc';",
        "CREATE ROLE readers;",
        "INSERT INTO users (name, password) VALUES ('a', 'FAKE-0815');",
    ],
)
def test_other_sql_writes_nothing_out(tmp_path: Path, line: str) -> None:
    assert not found(tmp_path, {"db/init.sql": line})


def test_sql_of_developers_is_left_alone(tmp_path: Path) -> None:
    line = "CREATE USER app WITH PASSWORD 'FAKE-0815';"
    assert not found(tmp_path, {"docker/dev/init.sql": line, "tests/init.sql": line})


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("env:\n  - name: DB_PASSWORD\n    value: my-secret-pw\n", 3),
        ("stringData:\n  API_TOKEN: FAKE-value-0815\n", 2),
    ],
)
def test_a_literal_in_a_template_is_in_every_installation(
    tmp_path: Path, text: str, line: int
) -> None:
    template = "{{- if .Values.on }}\n" + text + "{{- end }}\n"
    places = {
        one.place.line for one in found(tmp_path, CHART | {"chart/templates/a.yaml": template})
    }
    assert places == {line + 1}


@pytest.mark.parametrize(
    "text",
    [
        "env:\n  - name: DB_PASSWORD\n    value: {{ .Values.password }}\n",
        "env:\n  - name: DB_PASSWORD_FILE\n    value: /run/secrets/db\n",
        "env:\n  - name: DB_PASSWORD\n    valueFrom: {}\n  - name: MODE\n    value: something\n",
        "# DB_PASSWORD: my-secret-pw\n",
    ],
)
def test_what_a_template_takes_from_elsewhere_is_no_literal(tmp_path: Path, text: str) -> None:
    template = "{{- if .Values.on }}\n" + text + "{{- end }}\n"
    assert not found(tmp_path, CHART | {"chart/templates/a.yaml": template})
