"""A linter on pull requests for schema migrations of PostgreSQL."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from seatrial.kit.data.databases import databases
from seatrial.kit.planning.homes import workflow_path
from seatrial.kit.planning.render import render
from seatrial.kit.site import Site
from seatrial.model.change import Generate, Leave, Wish
from seatrial.practices.rollback.settings import Settings
from seatrial.practices.rollback.telling import migration_check, migrations
from seatrial.repo.files import File

SQUAWK: Final = "2.70.0"
_OTHER_CONCERNS: Final = (
    "prefer-bigint-over-int,prefer-text-field,prefer-robust-stmts,prefer-timestamptz"
    ",prefer-identity,require-concurrent-index-creation,require-concurrent-index-deletion"
    ",require-lock-timeout,require-statement-timeout"
)
_DRIVERS: Final = frozenset(
    "psycopg psycopg2 psycopg2-binary asyncpg pg postgres pgx pg8000 postgresql sqlx".split()
)
_FROM: Final = re.compile(r"^FROM\s+\S*python:(\d+\.\d+)", re.MULTILINE | re.IGNORECASE)


def migration_lint(site: Site[Settings]) -> Iterator[Wish]:
    """Yield a workflow that refuses migrations which the version before cannot run on."""
    found = migrations(site)
    if not found or migration_check(site):
        return
    place = found[0]
    file = site.repo.file(place.path)
    if file is None:
        return
    if not _is_postgres(site):
        yield Leave(
            "lint migrations for what the version before cannot run on: nothing shows that this"
            " database is PostgreSQL, which is what squawk knows",
            place,
        )
    elif file.suffix == ".sql":
        yield _of_sql(site, file)
    elif _ini(file):
        yield _of_alembic(site, file)
    else:
        yield Leave(
            "lint migrations for what the version before cannot run on: with strong_migrations"
            " (Rails), django-migration-linter (Django), or squawk on their SQL",
            place,
        )


def _is_postgres(site: Site[Settings]) -> bool:
    engines = {d.engine.lower() for d in databases(site)}
    drivers = {d.name.lower().rpartition("/")[2] for d in site.repo.dependencies}
    return any("postgres" in e for e in engines) or bool(_DRIVERS & drivers)


def _of_sql(site: Site[Settings], file: File) -> Generate:
    parts = file.path.split("/")
    at = max(i for i, p in enumerate(parts) if p in {"migrations", "migration"})
    folder = "/".join(parts[: at + 1])
    glob = f"{folder}/**/*.sql" if len(parts) > at + 2 else f"{folder}/*.sql"
    return _workflow(site, file, paths=[glob], alembic=False, globs=f"':(glob){glob}'")


def _ini(file: File) -> File | None:
    """The `alembic.ini` nearest above a migration."""
    folder = file.folder
    while True:
        path = f"{folder}/alembic.ini".lstrip("/")
        if path in file.root.files:
            return file.root.files[path]
        if not folder:
            return None
        folder = folder.rpartition("/")[0]


def _of_alembic(site: Site[Settings], file: File) -> Generate | Leave:
    ini = _ini(file)
    folder = ini.folder if ini else ""
    requirements = _requirements(file, folder)
    if not requirements:
        return Leave(
            "lint migrations on pull requests (`alembic upgrade OLD:head --sql`, then squawk): the"
            " packages that they import are in no requirements file or project of pip's",
            file.place(),
        )
    home = file.folder
    env = [("DATABASE_URL", "postgresql://nobody@localhost/offline")]
    return _workflow(
        site,
        file,
        paths=[f"{home}/**"],
        alembic=True,
        requirements=requirements,
        folder=folder,
        env=env,
    )


def _requirements(file: File, folder: str) -> str:
    for base in dict.fromkeys((folder, "")):
        path = f"{base}/requirements.txt".lstrip("/")
        if path in file.root.files:
            return f"-r {path}"
        project = file.root.files.get(f"{base}/pyproject.toml".lstrip("/"))
        if project and "[project]" in project.text and "dependencies" in project.text:
            return base or "."
    return ""


def _workflow(site: Site[Settings], file: File, **values: object) -> Generate:
    text = render(
        "rollback",
        ".github/workflows/migrations.yaml.j2",
        squawk=SQUAWK,
        excluded=f"--exclude={_OTHER_CONCERNS}",
        python=_python(site, file),
        **values,
    )
    path = workflow_path(file.root, "migrations")
    reason = "a schema change that the version before cannot run on is refused before it is merged"
    return Generate(file.root.name, path, text, reason)


def _python(site: Site[Settings], file: File) -> str:
    for dockerfile in site.repo.dockerfiles:
        match = _FROM.search(dockerfile.file.text)
        if match and dockerfile.file.root is file.root:
            return match.group(1)
    return "3.13"
