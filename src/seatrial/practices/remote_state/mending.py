"""Backends that are there already: a lock, encryption, versions; and pins of what runs them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.backends import backend_for
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Leave, Risk, Wish
from seatrial.model.edit import AddBlock, DropAttribute, FileEdit, SetAttribute
from seatrial.practices.remote_state.backend_files import required_version
from seatrial.practices.remote_state.buckets import versionless
from seatrial.practices.remote_state.homes import Home, homes
from seatrial.practices.remote_state.leaks import plain_credentials
from seatrial.practices.remote_state.versions import (
    LOCKS_IN_S3,
    is_pinned,
    least,
    loose_providers,
)
from seatrial.repo.infrastructure.hcl import Block, Expression
from seatrial.repo.infrastructure.tfmodules import Module

_MAJORS: Final = {
    "hashicorp/kubernetes": 2, "hashicorp/helm": 2, "hashicorp/random": 3, "hashicorp/tls": 4,
    "hashicorp/null": 3, "hashicorp/time": 0, "hashicorp/local": 2, "hashicorp/http": 3,
    "hashicorp/archive": 2, "hashicorp/aws": 5, "hashicorp/google": 6, "hashicorp/azurerm": 4,
    "linode/linode": 2, "digitalocean/digitalocean": 2, "hetznercloud/hcloud": 1,
    "cloudflare/cloudflare": 4, "integrations/github": 6,
}  # fmt: skip
"""Major versions whose syntax is in common use; a file without a version says no more."""


def backends_mended(site: Site[object]) -> Iterator[Wish]:
    """Yield the edits of each backend block that lacks something."""
    for home in homes(site):
        block = home.block
        if block is None or block.type != "backend" or not isinstance(home.run, Module):
            continue
        edits = list(_of_backend(site, home, home.run))
        if edits:
            reason = f"the state of {home.name}: locked, encrypted, and no key in plain text"
            yield Edit(home.place.repository, block.place.path, tuple(edits), reason, Risk.MEDIUM)
        for name in plain_credentials(home):
            yield Leave(
                f"replace the {name} that stood in the backend of {home.name}; pipelines give the"
                " new one as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
                block.place,
            )


def _of_backend(site: Site[object], home: Home, module: Module) -> Iterator[FileEdit]:
    way = ("terraform", f"backend {home.kind}")
    for name in plain_credentials(home):
        yield DropAttribute(way, name)
    if home.kind != "s3":
        return
    known = least(module, site)
    locks = known is None or known >= LOCKS_IN_S3
    if locks and home.settings.get("use_lockfile") != "true" and not home.open:
        yield SetAttribute(way, "use_lockfile", "true")
    if not home.open and home.settings.get("encrypt") != "true" and _must_ask(home):
        yield SetAttribute(way, "encrypt", "true")


def _must_ask(home: Home) -> bool:
    foreign = "endpoint" in home.settings or "endpoints" in home.settings
    return foreign or home.settings.get("encrypt") == "false"


def buckets_mended(site: Site[object]) -> Iterator[Wish]:
    """Let each declared bucket of a state keep its old versions."""
    for block in versionless(site):
        kind = block.labels[0]
        way = (f"resource {kind} {block.labels[1]}",)
        edit: FileEdit
        if kind == "aws_s3_bucket":
            edit = AddBlock((), _aws_versioning(block))
        elif kind == "linode_object_storage_bucket":
            edit = SetAttribute(way, "versioning", "true")
        else:
            edit = AddBlock(way, "versioning {\n  enabled = true\n}\n", replace=True)
        reason = "an overwritten state can only come back from an older version"
        yield Edit(block.place.repository, block.place.path, (edit,), reason, Risk.MEDIUM)


def _aws_versioning(block: Block) -> str:
    name = block.labels[1]
    return (
        f'resource "aws_s3_bucket_versioning" "{name}" {{\n'
        f"  bucket = aws_s3_bucket.{name}.id\n\n"
        '  versioning_configuration {\n    status = "Enabled"\n  }\n}\n'
    )


def pinned(site: Site[object]) -> Iterator[Wish]:
    """Say which Terraform and which providers a root module takes."""
    for home in homes(site):
        module = home.run
        if not isinstance(module, Module):
            continue
        if not module.lock_file and any(True for _ in loose_providers(module)):
            yield from _providers(home, module)
        gets_file = home.kind == "" and backend_for(site, module) is not None
        if not is_pinned(module, site) and not gets_file:
            yield from _terraform(home, module)


def _terraform(home: Home, module: Module) -> Iterator[Wish]:
    blocks = module.of("terraform")
    if not blocks:
        yield Leave(f"{home.name} names no Terraform: write required_version", home.place)
        return
    yield Edit(
        module.root.name,
        blocks[0].place.path,
        (SetAttribute(("terraform",), "required_version", f'"{required_version(module)}"'),),
        "a newer Terraform rewrites the state so that older ones refuse it",
    )


def _providers(home: Home, module: Module) -> Iterator[Wish]:
    by_file: dict[str, list[FileEdit]] = {}
    for block in module.of("terraform"):
        for holder in block.children("required_providers"):
            for name, value in holder.attributes.items():
                written = value.get("version") if value.pairs() else value
                if not _is_loose(written):
                    continue
                source = _word(value.get("source")) if value.pairs() else f"hashicorp/{name}"
                version = _closed(_word(written), source or f"hashicorp/{name}")
                if not version:
                    yield Leave(
                        f"limit provider {name} of {home.name} to the version that runs: no file"
                        " shows which one that is",
                        value.place,
                    )
                    continue
                text = _entry(value, version)
                way = ("terraform", "required_providers")
                by_file.setdefault(holder.place.path, []).append(SetAttribute(way, name, text))
    for path, edits in by_file.items():
        yield Edit(
            module.root.name,
            path,
            tuple(edits),
            "a new major version of a provider plans to replace what runs; if `init` says that the"
            " state is of a newer one, raise the number",
            Risk.MEDIUM,
        )


def _word(value: Expression | None) -> str:
    written = value.constant if value else ""
    return written if isinstance(written, str) else ""


def _is_loose(value: Expression | None) -> bool:
    parts = [p.strip() for p in _word(value).split(",")]
    return value is None or all(p.startswith((">", "!=")) for p in parts)


def _closed(constraint: str, source: str) -> str:
    """The constraint with an upper end: the major version that it begins with."""
    if not constraint:
        major = _MAJORS.get(source.lower())
        return "" if major is None else f"~> {major}.0"
    low = re.search(r">=?\s*(\d+)", constraint)
    return f"{constraint}, < {int(low[1]) + 1}.0" if low else ""


def _entry(value: Expression, version: str) -> str:
    pairs = {k.strip('"'): v.text for k, v in value.pairs()}
    pairs["version"] = f'"{version}"'
    width = max(len(name) for name in pairs)
    rows = "".join(f"  {name.ljust(width)} = {text}\n" for name, text in pairs.items())
    return f"{{\n{rows}}}" if value.pairs() else f'"{version}"'
