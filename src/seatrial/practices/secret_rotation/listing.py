"""The inventory: every credential with owner, kind, stores, policy and what replaces it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.addresses import address_of
from seatrial.kit.planning.backends import terraform_env
from seatrial.kit.planning.credentials import ORDER, about, inventory_home
from seatrial.kit.planning.homes import infra_root
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Leave
from seatrial.model.edit import Block, FileEdit, SetKey
from seatrial.model.struct import struct
from seatrial.practices.secret_rotation.chartsecrets import chart_secrets
from seatrial.practices.secret_rotation.credentials import credentials
from seatrial.practices.secret_rotation.incluster import rotating
from seatrial.practices.secret_rotation.linode import APP_KEY, linode_token
from seatrial.practices.secret_rotation.rotations import inventory, rotations
from seatrial.practices.secret_rotation.scripted import replaced_tokens
from seatrial.practices.secret_rotation.settings import Settings
from seatrial.repo.expressions import references

_OWNERS: Final = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
_DATABASES: Final = frozenset(
    "postgres postgresql mysql mariadb mongo mongodb redis valkey rabbitmq database db"
    " cache".split()
)
_APP_DAYS: Final = 365


@struct
class Entry:
    """A credential of the inventory."""

    name: str
    kind: str
    days: int
    stores: tuple[str, ...]
    rotation: str


def listing(site: Site[Settings]) -> Iterator[Edit | Leave]:
    """Yield the edit that lists what is used; an inventory that is there is kept as it is."""
    if inventory(site):
        return
    entries = list(_entries(site))
    if not entries:
        return
    owner = _owner(site)
    root, path = inventory_home(site)
    edits: list[FileEdit] = [about()]
    for entry in entries:
        text = Block(_text(entry, owner))
        edits.append(SetKey(("credentials",), entry.name, text, replace=False, order=()))
    first = SetKey((), "credentials", Block("{}\n"), replace=False, order=ORDER)
    reason = "what nobody lists is nobody's when it must be replaced"
    yield Edit(root.name, path, (edits[0], first, *edits[1:]), reason)
    if not owner:
        yield Leave(f"name the owner of each credential in {path}: no CODEOWNERS file shows one")


def _owner(site: Site[Settings]) -> str:
    for root in site.repo.roots:
        for path in _OWNERS:
            file = root.files.get(path)
            for line in file.lines if file else ():
                words = line.split("#")[0].split()
                if words[:1] == ["*"] and len(words) > 1:
                    return words[1]
    address = address_of(site, infra_root(site))
    return f"@{address.split('/')[-2]}" if address else ""


def _entries(site: Site[Settings]) -> Iterator[Entry]:
    stores: dict[str, list[str]] = {}
    for name, place in credentials(site):
        plain = _plain(name)
        if plain:
            stores.setdefault(plain, []).append(_store(name, place.path))
    for name, path in _of_pipelines(site):
        stores.setdefault(_plain(name), []).append(_store(name, path))
    for name, where in sorted(stores.items()):
        kind, days = _policy(site, name)
        # A file of git is no store: what stood there moves to the others.
        kept = [one for one in dict.fromkeys(where) if one] or ["none but git so far"]
        yield Entry(name, kind, days, tuple(kept), _rotation(site, name, kind))


def _of_pipelines(site: Site[Settings]) -> Iterator[tuple[str, str]]:
    """Secrets that the pipelines will ask for once the plan is carried out."""
    for root in site.repo.roots:
        for _, value in terraform_env(site, root):
            for name in references(value, "secrets"):
                yield name, ".github/"
        if linode_token(site, root) and not rotations(site):
            yield APP_KEY, ".github/"


def _plain(name: str) -> str:
    short = name.rpartition("/")[2] if "/" in name else name
    short = short.removeprefix("var.").removeprefix("password of ")
    return re.sub(r"[^a-z0-9]+", "_", short.lower()).strip("_")


def _store(name: str, path: str) -> str:
    if "/" in name:
        return f"Kubernetes {name}"
    if name.startswith("var."):
        return f"Terraform variable {name[4:]}, from a GitHub environment secret"
    if path.startswith(".github/"):
        return f"GitHub environment secret {name}"
    return "Kubernetes Secret of the release" if "values" in path else ""


def _policy(site: Site[Settings], name: str) -> tuple[str, int]:
    words = set(name.split("_"))
    settings = site.settings
    if name == APP_KEY.lower():
        return "private key of a GitHub App", _APP_DAYS
    if "kubeconfig" in name:
        return "kubeconfig", settings.kubeconfig_days
    if words & _DATABASES or "passwords" in words:
        return "database password", settings.database_days
    return "API token", settings.token_days


def _rotation(site: Site[Settings], name: str, kind: str) -> str:
    if rotations(site):
        return rotations(site)[0].what
    for root in site.repo.roots:
        token = linode_token(site, root)
        if token and name == token.lower():
            return "workflow rotate-linode-token"
    turns = [c for c in chart_secrets(site) if not c.trouble and rotating(site, c)]
    words = set(name.split("_"))
    if turns and kind == "database password" and words & {"postgres", "postgresql", "database"}:
        return "CronJob rotate-credentials"
    if turns and name.endswith(("secrets", "credentials")):
        return "CronJob rotate-credentials, the part of the database"
    if name in {token.lower() for token in replaced_tokens(site)}:
        return "none is needed: the job's own token takes its place, so delete it"
    if kind == "kubeconfig":
        return "none is needed once deliveries go through git; until then by hand"
    return "by hand, by its owner"


def _text(entry: Entry, owner: str) -> str:
    stores = "".join(f"  - {store}\n" for store in entry.stores)
    return (
        f'owner: "{owner}"\nkind: {entry.kind}\nmax_age_days: {entry.days}\n'
        f"stores:\n{stores}rotation: {json.dumps(entry.rotation)}\n"
    )
