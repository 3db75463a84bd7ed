"""One command that starts everything: what is missing in a compose file, or a new one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from seatrial.kit.data.databases import clients
from seatrial.kit.planning.homes import app_root
from seatrial.kit.planning.imagebuilds import context_of, dockerfiles, labels
from seatrial.kit.planning.render import render
from seatrial.kit.planning.testservices import Service as Needed
from seatrial.kit.planning.testservices import test_services, test_variables
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Generate, Leave, Risk, Wish
from seatrial.model.edit import Block, SetKey
from seatrial.model.struct import struct
from seatrial.practices.developer_experience.places import home
from seatrial.practices.developer_experience.settings import Settings
from seatrial.practices.developer_experience.starts import compose_without_code, starts
from seatrial.practices.developer_experience.watching import own_rules, service_rules
from seatrial.repo.code.compose import Compose
from seatrial.repo.code.dockerfiles import Dockerfile

PATH: Final = "compose.dev.yaml"
_NAME: Final = re.compile(r"[^a-z0-9-]+")
_POSTGRES: Final = Needed(
    "postgres",
    "postgres:17",
    5432,
    (("POSTGRES_DB", "app"), ("POSTGRES_HOST_AUTH_METHOD", "trust")),
    "pg_isready --username postgres",
)
_CLIENTS: Final = frozenset(
    "psycopg psycopg2 psycopg2-binary asyncpg pg8000 pg pg-promise postgres github.com/lib/pq"
    " github.com/jackc/pgx github.com/jackc/pgx/v4 github.com/jackc/pgx/v5".split()
)


@struct
class Part:
    """A service of the new file that is built here."""

    name: str
    dockerfile: str
    context: str
    ports: tuple[str, ...]
    watch: str


def lacks_start(site: Site[object]) -> bool:
    """True when no way to a running copy is complete and shows a saved file."""
    return not any(s.complete and s.reloads for s in starts(site))


def composing(site: Site[Settings]) -> Iterator[Wish]:
    """Yield the watch rules of a compose file that has none, or a compose file."""
    if not lacks_start(site):
        return
    seen = compose_without_code(site)
    if seen:
        yield from _watched(site, seen[0])
        return
    files = dockerfiles(site, app_root(site))
    if files:
        yield from _made(site, files)
    else:
        yield Leave(
            "nothing here builds an image, so no file can start it all: say how it runs", home(site)
        )


def _watched(site: Site[Settings], compose: Compose) -> Iterator[Edit]:
    once = {name for s in compose.services for name, how in s.depends_on if how == _ENDED}
    edits = tuple(
        SetKey(
            ("services", service.name, "develop"),
            "watch",
            Block(service_rules(service, site.repo.dockerfiles)),
            replace=False,
        )
        for service in compose.services
        if service.build and service.name not in once
    )
    why = "`docker compose watch` shows a saved file in the running copy"
    yield Edit(compose.file.root.name, compose.file.path, edits, why)


_ENDED: Final = "service_completed_successfully"


def _made(site: Site[Settings], files: tuple[Dockerfile, ...]) -> Iterator[Wish]:
    root = app_root(site)
    parts = [_part(d, alone=len(files) == 1) for d in files]
    needed = test_services(site)
    variables = [(n, _inside(v, needed)) for n, v in test_variables(site, root)]
    if not needed and any(name.lower() in _CLIENTS for name, _ in clients(site)):
        needed = (_POSTGRES,)
        named = next((n for n in ("DATABASE_URL", "DB_URL") if _reads(site, n)), "")
        if named:
            variables = [(named, "postgresql://postgres@postgres:5432/app")]
    text = render(
        "developer_experience",
        f"{PATH}.j2",
        parts=parts,
        needed=needed,
        variables=variables,
    )
    why = f"`docker compose -f {PATH} watch` starts the application with its services"
    yield Generate(root.name, PATH, text, why, Risk.LOW)
    if clients(site) and not variables:
        place = clients(site)[0][1]
        yield Leave(
            f"tell the application in {PATH} how it finds its database: nothing shows which "
            "variable it reads",
            place,
        )


def _inside(value: str, needed: tuple[Needed, ...]) -> str:
    """An address on this machine as the other containers see it."""
    for one in needed:
        value = value.replace(f"localhost:{one.port}", f"{one.name}:{one.port}")
    return value


def _reads(site: Site[object], variable: str) -> bool:
    return any(
        variable in file.text or variable.lower() in file.text
        for file in site.repo.files()
        if file.suffix in {".py", ".js", ".ts", ".rb", ".go", ".java", ".php", ".example"}
    )


def _part(dockerfile: Dockerfile, *, alone: bool) -> Part:
    root = dockerfile.file.root
    label = root.name if alone else next(labels(dockerfile), root.name)
    ports = tuple(
        port.partition("/")[0] for port in dockerfile.exposes if port.partition("/")[0].isdigit()
    )
    return Part(
        _NAME.sub("-", label.lower()).strip("-") or "app",
        dockerfile.file.path,
        context_of(root, dockerfile),
        ports,
        own_rules(root, dockerfile),
    )
