"""How an Express application can ask its database and its cache, with the clients it has."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Final

from seatrial.kit.platform.live import is_aside
from seatrial.model.struct import struct
from seatrial.practices.health_checks.webapps import SCRIPTS, Web, is_source
from seatrial.repo.files import File, Root


@struct
class Client:
    """A kind of client that code makes once and shares.

    Attributes:
        package: where it comes from.
        made: pattern of the expression that makes it.
        asked: statement that asks; `{}` stands for the client.
    """

    label: str
    package: str
    made: str
    asked: str


@struct
class Question:
    """A function of the generated module that asks one dependency.

    Attributes:
        imports: what it needs, each with the place that it comes from.
        lines: its body.
    """

    name: str
    label: str
    imports: tuple[tuple[str, str], ...]
    lines: tuple[str, ...]


_PRISMA: Final = "@prisma/client"
_CLIENTS: Final = (
    Client("database", "pg", r"new (?:\w+\.)?Pool\(", 'await {}.query("SELECT 1");'),
    Client("database", "mysql2/promise", r"(?:\w+\.)?createPool\(", 'await {}.query("SELECT 1");'),
    Client("database", _PRISMA, r"[^;\n]*new PrismaClient\(", "await {}.$queryRaw`SELECT 1`;"),
    Client("database", "sequelize", r"new (?:\w+\.)?Sequelize\(", "await {}.authenticate();"),
    Client("database", "knex", r"(?:\w+\.)?knex\(", 'await {}.raw("SELECT 1");'),
    Client("redis", "redis", r"(?:\w+\.)?createClient\(", "await {}.ping();"),
    Client("redis", "ioredis", r"new (?:IO)?Redis\(", "await {}.ping();"),
)  # fmt: skip
_BY_ADDRESS: Final = (
    "const client = new pg.Client({",
    "  connectionString: process.env.DATABASE_URL,",
    "  connectionTimeoutMillis: 2000,",
    "});",
    "try {",
    "  await client.connect();",
    '  await client.query("SELECT 1");',
    "} finally {",
    "  await client.end();",
    "}",
)


def questions(app: Web, *, esm: bool) -> tuple[Question, ...]:
    """Questions to the database and the cache; none where nothing shows how to ask.

    Args:
        app: the application.
        esm: its modules import, rather than require, each other.
    """
    scripts = _scripts(app)
    found = [one for file in scripts for one in _exported(app, file, esm=esm)]
    if (mongoose := _mongoose(scripts)) is not None:
        found.append(mongoose)
    kept: list[Question] = []
    for label in ("database", "redis"):
        same = [one for one in found if one.label == label]
        kept.extend(same if len(same) == 1 else ())
        if label == "database" and not same:
            kept.extend(_by_address(scripts))
    return tuple(kept)


def _scripts(app: Web) -> list[File]:
    """Code of the package that holds the application."""
    home = package_folder(app.file)
    prefix = f"{home}/" if home else ""
    root = app.file.root
    return [
        file
        for path, file in sorted(root.files.items())
        if file.suffix in SCRIPTS and path.startswith(prefix) and is_source(path)
    ]


def package_folder(file: File) -> str:
    """Folder of the nearest package.json above a file; its own where there is none."""
    folder = file.folder
    while folder and posixpath.join(folder, "package.json") not in file.root.files:
        folder = folder.rpartition("/")[0]
    return folder


def _exported(app: Web, file: File, *, esm: bool) -> Iterator[Question]:
    text = file.text
    own_esm = bool(re.search(r"^export\b", text, re.MULTILINE))
    # A module that requires cannot take one that is loaded as an ES module.
    if file is app.file or (own_esm and not esm):
        return
    for client in _CLIENTS:
        if not re.search(rf"[\"']{re.escape(client.package)}[\"']", text):
            continue
        pattern = rf"^(export )?(?:const|let|var) (\w+)(?:: ?[\w.<>]+)? = (?:{client.made})"
        made = list(re.finditer(pattern, text, re.MULTILINE))
        way = _way(text, made[0][2], exported=bool(made[0][1])) if len(made) == 1 else ""
        if not way:
            continue
        path = posixpath.relpath(file.path, app.file.folder or ".")
        source = path if path.startswith(".") else f"./{path}"
        asked = client.asked
        if client.package == _PRISMA and _is_mongo(file.root):
            asked = "await {}.$runCommandRaw({{ ping: 1 }});"
        if client.package == "redis" and _is_old_redis(file):
            continue
        name = "askDatabase" if client.label == "database" else "askRedis"
        yield Question(name, client.label, ((way, source),), (asked.format(made[0][2]),))


def _way(text: str, name: str, *, exported: bool) -> str:
    """What an import of the object names: itself for a default, braces for a named export."""
    listed = rf"(?:^export|module\.exports =|^exports =) ?\{{[^}}]*\b{name}\b\s*[,}}\n]"
    single = rf"(?:module\.)?exports\.{name}\s*=\s*{name}\b"
    if exported or re.search(listed, text, re.MULTILINE) or re.search(single, text):
        return f"{{ {name} }}"
    default = rf"(?:^export default|module\.exports\s*=)\s*{name}\s*;?\s*$"
    return name if re.search(default, text, re.MULTILINE) else ""


def _is_mongo(root: Root) -> bool:
    return any(
        re.search(r"provider\s*=\s*\"mongodb\"", file.text)
        for path, file in root.files.items()
        if file.suffix == ".prisma" and not is_aside(path)
    )


def _is_old_redis(file: File) -> bool:
    """True for versions up to 3, whose answers come by callback alone."""
    path = posixpath.join(package_folder(file), "package.json")
    declared = file.root.files.get(path)
    return bool(declared and re.search(r"\"redis\":\s*\"[^~\d]*~?[0-3]\.", declared.text))


def _mongoose(scripts: list[File]) -> Question | None:
    """Mongoose keeps its connection itself, unless code makes others."""
    texts = [file.text for file in scripts]
    connects = any(re.search(r"\bmongoose\s*\.connect\(", text) for text in texts)
    others = any(re.search(r"\bcreateConnection\(", text) for text in texts)
    if not connects or others:
        return None
    asked = ("await mongoose.connection.getClient().db().admin().ping();",)
    return Question("askDatabase", "database", (("mongoose", "mongoose"),), asked)


def _by_address(scripts: list[File]) -> Iterator[Question]:
    """PostgreSQL by the address that the code reads, where its own client cannot be taken."""
    texts = [file.text for file in scripts]
    used = any(re.search(r"(?:from |require\()[\"']pg[\"']", text) for text in texts)
    if used and any("process.env.DATABASE_URL" in text for text in texts):
        yield Question("askDatabase", "database", (("pg", "pg"),), _BY_ADDRESS)
