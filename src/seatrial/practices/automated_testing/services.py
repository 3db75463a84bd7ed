"""Do tests meet the services that the application uses, or stand-ins?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from seatrial.kit.data.databases import Database, clients, databases, engine_of
from seatrial.kit.delivery.testruns import TestKind
from seatrial.kit.platform.workloads import workloads
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault, met
from seatrial.model.practice import check
from seatrial.practices.automated_testing.evidence import effective, suites
from seatrial.practices.automated_testing.settings import Settings

if TYPE_CHECKING:
    from seatrial.repo.files import File
    from seatrial.repo.workflows import Job

_SERVERS = frozenset({"postgresql", "mysql", "mariadb", "mongodb", "sqlserver", "cockroachdb"})
_SCHEMES = frozenset({"postgresql", "postgres", "mysql", "mariadb", "mongodb", "mssql"})
_STARTERS = (
    "docker compose",
    "docker-compose",
    "docker run",
    "pg_ctl",
    "systemctl start",
    "service ",
)
_STARTERS_MORE = ("compose up", "kind create", "supabase start", "make up", "initdb")
_PACKAGES = frozenset(
    "testcontainers pytest-postgresql pytest-docker pytest-mysql pgserver embedded-postgres"
    " @testcontainers/postgresql testing.postgresql mongodb-memory-server dockertest".split()
)


@check("automated-testing/no-real-services", severity=Severity.MEDIUM, requirement=True)
def real_services(site: Site[Settings]) -> Iterator[Observation]:
    """Tests run without the database that the application uses.

    Why: what only the real database refuses (types, constraints, locks) is found in production.
    Fix: add it to `services:` of the test job, in the version that production runs.
    """
    wanted = needed(site)
    jobs = _testing(site)
    if not wanted or not jobs:
        return
    for job in jobs:
        place = provided(site, job)
        if place:
            yield met(job.place_of("services"), f"job {job.id} tests with real services")
            return
    engine = wanted[0].engine
    yield fault(
        jobs[0].place, f"job {jobs[0].id} tests without {engine}, which the application uses"
    )


def needed(site: Site[object]) -> tuple[Database, ...]:
    """Database servers that the application talks to."""
    return tuple(d for d in databases(site) if d.engine in _SERVERS) if clients(site) else ()


def _testing(site: Site[Settings]) -> list[Job]:
    found = {id(j): j for j, r in effective(site) if r.kind is TestKind.TESTS}
    return list(found.values())


def provided(site: Site[object], job: Job) -> bool:
    """True when a job starts services, by itself or through its tests."""
    if job.services.names():
        return True
    if any(d.name.lower() in _PACKAGES for d in site.repo.dependencies):
        return True
    text = "\n".join(step.run for step in job.all_steps)
    if any(word in text for word in (*_STARTERS, *_STARTERS_MORE)):
        return True
    commands = (c for step in job.all_steps for c in site.repo.followed(step.commands, step.file))
    return any(c.program in {"docker", "docker-compose", "podman", "kind"} for c in commands)


@check("automated-testing/stand-in-database", severity=Severity.MEDIUM)
def stand_in(site: Site[Settings]) -> Iterator[Observation]:
    """SQLite stands in for the database in tests.

    Why: it accepts what the real one refuses, so tests pass that production fails.
    Fix: test with the real database (`services:` in the job, a fixture that owns its life).
    """
    wanted = needed(site)
    for file, line, folder in stand_ins(site):
        if not _real_first(site, file):
            where = folder or "the tests"
            yield fault(file.place(line), f"SQLite stands in for {wanted[0].engine} in {where}")


def stand_ins(site: Site[object]) -> Iterator[tuple[File, int, str]]:
    """Files that make a SQLite database although the application uses a server, with the suite."""
    for suite in suites(site) if needed(site) else ():
        for file in _helpers(suite.files):
            line = file.line_of("sqlite://") or file.line_of("sqlite3.connect")
            if line:
                yield file, line, suite.folder
                break


def _real_first(site: Site[Settings], file: File) -> bool:
    """True when the tests take the real database wherever a variable names one, and a job does."""
    beside = [
        f
        for f in file.root.files.values()
        if f.folder == file.folder and f.suffix == ".py" and f.name[:-3] in file.text
    ]
    text = "\n".join(f.text for f in (file, *beside))
    for job in _testing(site):
        steps = [step.env for step in job.all_steps]
        for env in (job.node.at("env"), job.workflow.node.at("env"), *steps):
            for name, node in env.pairs() if _provided_by(job) else ():
                scheme = node.text.partition("://")[0].partition("+")[0]
                if scheme in _SCHEMES and (f'"{name}"' in text or f"'{name}'" in text):
                    return True
    return False


def _provided_by(job: Job) -> bool:
    return bool(job.services.names())


def _helpers(files: tuple[File, ...]) -> Iterator[File]:
    folders = {f.folder for f in files}
    root = files[0].root
    for folder in sorted(folders):
        helper = root.files.get(f"{folder}/conftest.py" if folder else "conftest.py")
        if helper:
            yield helper
        above = folder.rpartition("/")[0]
        helper = root.files.get(f"{above}/conftest.py") if above else None
        if helper:
            yield helper
    yield from files


@check("automated-testing/other-engine-version", severity=Severity.LOW)
def other_engine(site: Site[Settings]) -> Iterator[Observation]:
    """Tests use another major version of the database than production.

    Why: functions, defaults and plans differ between major versions.
    Fix: use the image that the chart uses.
    """
    deployed = {
        engine_of(image): _major(image)
        for workload in workloads(site)
        for image in workload.images
        if engine_of(image) and _major(image)
    }
    for job in _testing(site):
        for name, service in job.services.pairs():
            image = service.at("image").text
            engine, tested = engine_of(image), _major(image)
            wanted = deployed.get(engine, "")
            if tested and wanted and tested != wanted:
                yield fault(
                    job.place_of("services", name, "image"),
                    f"job {job.id} tests with {engine} {tested}, the system runs {wanted}",
                )


def _major(image: str) -> str:
    tag = image.partition("@")[0].rpartition("/")[2].partition(":")[2]
    head = tag.partition(".")[0].partition("-")[0]
    return head if head.isdigit() else ""
