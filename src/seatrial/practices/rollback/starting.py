"""Containers that change the schema when they start."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.platform.live import is_aside, live_workloads
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.practices.rollback.settings import Settings
from seatrial.repo.commands import shell
from seatrial.repo.commands.command import Command
from seatrial.repo.files import File, Root

_MIGRATING: Final = (
    ("manage.py", "migrate"),
    ("django-admin", "migrate"),
    ("alembic", "upgrade"),
    ("flask", "db", "upgrade"),
    ("rails", "db:migrate"),
    ("rails", "db:prepare"),
    ("rake", "db:migrate"),
    ("rake", "db:prepare"),
    ("prisma", "migrate", "deploy"),
    ("prisma", "db", "push"),
    ("knex", "migrate:latest"),
    ("sequelize", "db:migrate"),
    ("sequelize-cli", "db:migrate"),
    ("typeorm", "migration:run"),
    ("drizzle-kit", "migrate"),
    ("drizzle-kit", "push"),
    ("artisan", "migrate"),
    ("goose", "up"),
    ("dbmate", "up"),
    ("flyway", "migrate"),
    ("liquibase", "update"),
    ("mix", "ecto.migrate"),
    ("aerich", "upgrade"),
    ("piccolo", "migrations", "forwards"),
)
_ONLY_LOOKING: Final = ("--check", "--plan", "--sql", "--status", "--help", "--dry-run")
_AROUND: Final = frozenset(
    "python python3 bundle exec poetry uv run pipenv npx npm yarn pnpm php exec sh -c su-exec gosu"
    " runuser tini dumb-init -- bin/rails".split()
)
_STARTS: Final = ("entrypoint", "docker-entrypoint", "start", "run", "boot", "launch")


@check("rollback/migrates-at-start", severity=Severity.MEDIUM, fix="manual")
def migrates_at_start(site: Site[Settings]) -> Iterator[Observation]:
    """Every container changes the schema when it starts.

    Why: the first new pod migrates before anything has verified it, several pods race, and a
    version that goes back meets a schema that it does not know.
    Fix: migrate in a job or hook of its own before the rollout, with changes the old version can
    run on.
    """
    seen: set[Place] = set()
    for what, command, place in (*_scripts(site), *_services(site), *_workloads(site)):
        if place not in seen:
            seen.add(place)
            yield fault(
                place,
                f"{what} changes the schema at every start (`{command}`), so a version that goes"
                " back meets the new one",
            )


def _scripts(site: Site[Settings]) -> Iterator[tuple[str, str, Place]]:
    for dockerfile in site.repo.dockerfiles:
        file = dockerfile.file
        if is_aside(file.path):
            continue
        for command in dockerfile.start:
            if name := _migration(command):
                yield file.path, name, dockerfile.place(command.line)
            for word in command.argv[:4]:
                for path in _script_paths(file.root, file.folder, word):
                    script = site.repo.scripts(file.root).at(path)
                    for inner in script.commands if script else ():
                        name = _migration(inner)
                        if name and script and not _is_asked_for(script.file, inner.line):
                            yield path, name, script.file.place(inner.line)


def _is_asked_for(file: File, line: int) -> bool:
    """True below an `if` on a variable that speaks of migrations: a deployment may leave it off."""
    above = file.lines[max(0, line - 4) : line]
    return any("$" in text and "migrat" in text.lower() and "if" in text.split() for text in above)


def _script_paths(root: Root, folder: str, word: str) -> Iterator[str]:
    """Files of the repository that a start command may name by its path in the image."""
    name = word.rpartition("/")[2]
    if not name or "$" in word or word.startswith("-"):
        return
    if not (name.endswith(".sh") or "/" in word or name.startswith(_STARTS)):
        return
    tail = word.removeprefix("./").lstrip("/")
    beside = f"{folder}/{name}" if folder else name
    for path in dict.fromkeys((tail, f"{folder}/{tail}" if folder else tail, beside)):
        if path in root.files:
            yield path
            return
    same = [p for p in root.files if p.endswith(f"/{name}") and not is_aside(p)]
    if len(same) == 1:
        yield same[0]


def _services(site: Site[Settings]) -> Iterator[tuple[str, str, Place]]:
    for compose in site.repo.compose:
        # The plain file is mostly a developer's own copy.
        if is_aside(compose.file.path) or "prod" not in compose.file.name:
            continue
        for service in compose.services:
            text = " ".join(n.text for n in service.node.at("command").listed())
            if name := _served(text):
                yield f"service {service.name}", name, service.place_of("command")


def _workloads(site: Site[Settings]) -> Iterator[tuple[str, str, Place]]:
    for workload in live_workloads(site):
        pods = workload.manifest.pod_path
        for index, container in enumerate(workload.containers):
            for key in ("command", "args"):
                text = " ".join(n.text for n in container.at(key).listed())
                if name := _served(text):
                    place = workload.manifest.place(*pods, "containers", index, key)
                    yield workload.name, name, place


def _served(text: str) -> str:
    """The migration in a start command that serves afterwards; a job of its own only migrates."""
    if "&&" not in text and ";" not in text and "\n" not in text:
        return ""
    inner = text.partition("-c ")[2] or text
    commands = shell.parse(inner.strip("'\"")).commands
    names = [_migration(command) for command in commands]
    found = next((n for n in names if n), "")
    return found if found and len([n for n in names if not n]) > 0 else ""


def _migration(command: Command) -> str:
    argv = command.argv
    if any(word in _ONLY_LOOKING for word in argv):
        return ""
    words = [w.rpartition("/")[2] for w in argv if w not in _AROUND]
    for leading in _MIGRATING:
        if tuple(words[: len(leading)]) == leading:
            return " ".join(leading)
    return ""
