"""Reads `seatrial.yaml`."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Final

from seatrial.model.errors import NotReadableError, SpecError
from seatrial.repo import yaml
from seatrial.repo.yaml import Node
from seatrial.spec.decode import Reader, nearest
from seatrial.spec.document import (
    ROLES,
    TIERS,
    DeclaredEnvironment,
    DeclaredRepository,
    Spec,
    Waiver,
)

MAX_BYTES: Final = 1024 * 1024
"""A larger file is no specification."""
VERSION: Final = 1
KEYS: Final = (
    "version",
    "name",
    "repositories",
    "environments",
    "exclude",
    "practices",
    "waivers",
)
ENVIRONMENT_KEYS: Final = ("tier", "namespace", "url", "branch", "values")
WAIVER_KEYS: Final = ("rule", "path", "environment", "resource", "reason", "owner", "expires")


def load_spec(file: Path, settings_types: Mapping[str, type]) -> Spec:
    """Read a specification.

    Args:
        file: the file; errors name it as given.
        settings_types: practice id to the struct of its settings.

    Raises:
        NotReadableError: the file cannot be read.
        SpecError: something in it is wrong, with `file:line` and a hint.
    """
    top = read_yaml(file)
    reader = Reader(str(file))
    if not top or top.is_null:
        return Spec(file=file)
    reader.fields(top, "", KEYS)
    if top.has("version") and top.at("version").value != VERSION:
        reader.fail(top.at("version"), f"version: only {VERSION} is known", "update seatrial")
    return Spec(
        VERSION,
        reader.text(top.at("name"), "name") if top.has("name") else "",
        _repositories(reader, top.at("repositories")),
        _environments(reader, top.at("environments")),
        _practices(reader, top.at("practices"), settings_types),
        _waivers(reader, top.at("waivers"), settings_types),
        _excluded(reader, top.at("exclude")),
        file,
    )


def read_yaml(file: Path) -> Node:
    """First document of a YAML file that the user owns.

    Raises:
        NotReadableError: the file cannot be read, is no file, or is too large.
        SpecError: it is not valid YAML, or a key stands twice.
    """
    documents = yaml.parse(_text(file))
    if documents.trouble:
        trouble = documents.trouble
        raise SpecError(
            trouble.message,
            hint=trouble.hint or "mend the YAML there",
            place=f"{file}:{trouble.line}",
        )
    for line, key in documents.duplicates:
        raise SpecError(f"{key!r} stands twice", hint="keep one", place=f"{file}:{line}")
    if len(documents.documents) > 1:
        line = documents.documents[1].line
        raise SpecError("a second document", hint="keep one, without ---", place=f"{file}:{line}")
    return documents.first


def _text(file: Path) -> str:
    hint = "name a YAML file"
    try:
        # Not blocking: a pipe in the place of the file must not hang the audit.
        descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as stream:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise NotReadableError(file, "not a file", hint=hint)
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        reason = (error.strerror or "cannot be read").lower()
        raise NotReadableError(file, reason, hint=hint) from error
    if len(data) > MAX_BYTES:
        raise NotReadableError(file, "over 1 MiB", hint=hint)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        place = f"{file}:{line}"
        raise SpecError("not valid UTF-8", hint="save it as UTF-8", place=place) from error


def _excluded(reader: Reader, node: Node) -> tuple[str, ...]:
    if not node:
        return ()
    if node.kind != "seq":
        reader.fail(node, "exclude: expected a list", 'exclude: ["tests/fixtures/**"]')
    found = [reader.text(member, f"exclude[{i}]") for i, member in enumerate(node.items())]
    for member, pattern in zip(node.items(), found, strict=True):
        if pattern.startswith(("/", "..")):
            hint = "write it from the repository's root"
            reader.fail(member, f"exclude: {pattern} leads out of the repository", hint)
    return tuple(found)


def _repositories(reader: Reader, node: Node) -> tuple[DeclaredRepository, ...]:
    if not node:
        return ()
    reader.fields(node, "repositories", ROLES)
    found: list[DeclaredRepository] = []
    for role, value in node.pairs():
        for member in value.listed():
            path = reader.text(member, f"repositories.{role}")
            if PurePosixPath(path).is_absolute() or "\\" in path:
                hint = "write it relative to this file, like ../infrastructure"
                reader.fail(member, f"repositories.{role}: not a relative path", hint)
            found.append(DeclaredRepository(role, path, member.line))
    return tuple(found)


def _environments(reader: Reader, node: Node) -> tuple[DeclaredEnvironment, ...]:
    if not node or node.is_null:
        return ()
    if node.kind != "map":
        hint = "write `production: {tier: production}`"
        reader.fail(node, "environments: expected names with their settings", hint)
    return tuple(_environment(reader, name, value, node) for name, value in node.pairs())


def _environment(reader: Reader, name: str, node: Node, parent: Node) -> DeclaredEnvironment:
    line, path = parent.line_of(name), f"environments.{name}"
    if node.kind == "scalar" and not node.is_null:
        return DeclaredEnvironment(name, reader.choice(node, path, TIERS), line)
    reader.fields(node, path, ENVIRONMENT_KEYS)
    if node.has("tier"):
        tier = reader.choice(node.at("tier"), f"{path}.tier", TIERS)
    elif name in TIERS:
        tier = name
    else:
        hint = f"add tier: one of {', '.join(TIERS)}"
        reader.fail(parent.key(name), f"{path}: tier is missing", hint)
    texts = [
        reader.text(node.at(key), f"{path}.{key}") if node.has(key) else ""
        for key in ENVIRONMENT_KEYS[1:]
    ]
    return DeclaredEnvironment(name, tier, line, *texts)


def _practices(
    reader: Reader, node: Node, settings_types: Mapping[str, type]
) -> Mapping[str, object]:
    if not node or node.is_null:
        return MappingProxyType({})
    reader.fields(node, "practices", settings_types)
    return MappingProxyType(
        {
            name: reader.record(value, f"practices.{name}", settings_types[name])
            for name, value in node.pairs()
        }
    )


def _waivers(reader: Reader, node: Node, settings_types: Mapping[str, type]) -> tuple[Waiver, ...]:
    if not node or node.is_null:
        return ()
    if node.kind != "seq":
        reader.fail(node, "waivers: expected a list", "start each with `- rule: ...`")
    return tuple(
        _waiver(reader, f"waivers[{index}]", item, settings_types)
        for index, item in enumerate(node.items())
    )


def _waiver(reader: Reader, path: str, node: Node, settings_types: Mapping[str, type]) -> Waiver:
    reader.fields(node, path, WAIVER_KEYS)
    for name in ("rule", "reason", "owner", "expires"):
        if not node.at(name).text.strip():
            reader.fail(node, f"{path}: {name} is missing", _WHY[name])
    rule = reader.text(node.at("rule"), f"{path}.rule")
    practice, slash, rest = rule.partition("/")
    if not slash or not re.fullmatch(r"\*|[a-z0-9-]+", rest):
        hint = f"write {practice or 'rollback'}/* for all rules of the practice"
        reader.fail(node.at("rule"), f"{path}.rule: not <practice>/<rule>", hint)
    if practice not in settings_types:
        hint = nearest(practice, settings_types)
        reader.fail(node.at("rule"), f"{path}.rule: no practice is called {practice!r}", hint)
    texts = {
        name: reader.text(node.at(name), f"{path}.{name}").strip()
        for name in ("reason", "owner", "path", "environment", "resource")
        if node.has(name)
    }
    expires = reader.date(node.at("expires"), f"{path}.expires")
    return Waiver(rule=rule, expires=expires, line=node.line, **texts)


_WHY: Final = {
    "rule": "say which rule, as a finding shows it",
    "reason": "say why the finding is accepted",
    "owner": "say who answers for it",
    "expires": "say until when, like 2027-01-31",
}
