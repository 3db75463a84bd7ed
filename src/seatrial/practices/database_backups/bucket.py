"""The bucket outside the cluster, its key, and the Secret by which the jobs find it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from typing import Final

from seatrial.kit.planning.addons import environment_expression
from seatrial.kit.planning.regionpairs import neighbour
from seatrial.kit.planning.render import render
from seatrial.kit.planning.targets import targets
from seatrial.kit.platform.live_terraform import live_modules, scope_of
from seatrial.kit.site import Site
from seatrial.model.change import Generate, Leave, Risk, Wish
from seatrial.practices.database_backups.cronjobs import SECRET
from seatrial.practices.database_backups.settings import Settings
from seatrial.practices.database_backups.stored import Stored
from seatrial.repo.infrastructure.hcl import Block
from seatrial.repo.infrastructure.tfmodules import Module

_CLUSTERS: Final = {"linode_lke_cluster": "linode", "aws_eks_cluster": "aws"}
_LOCK_DAYS: Final = 14
"""Days in which nobody deletes a version, where the store can lock."""
_KEYS: Final = "S3_ENDPOINT, S3_BUCKET, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, RESTIC_PASSWORD"
_WORKSPACE: Final = "terraform.workspace"

Needs = Sequence[tuple[Stored, tuple[str, ...]]]
"""Databases, each with the environments that lack a backup of it."""


def bucket(site: Site[Settings], made: Needs) -> Iterator[Wish]:
    """Yield the Terraform of the store, or what a person has to make."""
    places = _places(site, made)
    written = False
    for module, cluster in _clusters(site) if made else ():
        if _elsewhere(site, module, made):
            continue
        text = _text(site, module, cluster, places)
        if text:
            written = True
            path = posixpath.join(module.folder, "database-backups.tf")
            why = "a bucket in another region, with a key that opens nothing else"
            yield Generate(module.root.name, path, text, why, Risk.MEDIUM)
            if not _declared(module, places):
                spaces = ", ".join(sorted({n for names in places.values() for n in names}))
                yield Leave(
                    f"see that {spaces} is there before Terraform puts the Secret {SECRET} into it",
                    cluster.place,
                )
    if written:
        yield Leave(
            f"keep a copy of RESTIC_PASSWORD (Secret {SECRET}) outside of the cluster and of "
            "Terraform's state: without it no backup can be read"
        )
    else:
        where = ", ".join(sorted({n for names in places.values() for n in names})) or "it"
        yield Leave(
            "make a bucket in another region or account (versions kept, a lock where there is one)"
            f" and the Secret {SECRET} in {where} with {_KEYS}",
            credential="a provider of object storage",
        )


def _clusters(site: Site[Settings]) -> Iterator[tuple[Module, Block]]:
    """Root modules that make a cluster and may write to it."""
    for module in live_modules(site):
        for kind in _CLUSTERS if module.is_root and module.providers("kubernetes") else ():
            for block in module.resources(kind)[:1]:
                yield module, block


def _elsewhere(site: Site[Settings], module: Module, made: Needs) -> bool:
    """True for a module of an environment that needs no backup."""
    own = scope_of(module)
    names = {name for _, environments in made for name in environments}
    return bool(own) and any(e.name == own[0] for e in site.environments) and own[0] not in names


def _places(site: Site[Settings], made: Needs) -> dict[str, tuple[str, ...]]:
    """Namespaces of each environment that get the Secret."""
    found: dict[str, list[str]] = {}
    for one, names in made:
        chart = one.manifest.chart
        for name in names:
            spaces = found.setdefault(name, [])
            if chart is None:
                spaces.append(one.manifest.namespace or "default")
            for target in targets(site) if chart else ():
                if target.chart is chart and target.environment.name == name:
                    spaces.append(target.namespace)
    return {name: tuple(dict.fromkeys(spaces)) for name, spaces in found.items()}


def _text(
    site: Site[Settings], module: Module, cluster: Block, places: dict[str, tuple[str, ...]]
) -> str:
    name = _CLUSTERS[cluster.labels[0]]
    provider = next((p for p in module.providers(name) if p.attr("alias") is None), None)
    region = neighbour(name, _region(module, cluster, provider))
    by_workspace = environment_expression(module) == _WORKSPACE
    spaces = sorted({space for names in places.values() for space in names})
    if not region or not spaces or (len(places) > 1 and not by_workspace):
        return ""
    token = provider.attr("token") if provider else None
    names = ", ".join(f'"{name}"' for name in sorted(places))
    known = {e.name for e in site.environments}
    narrow = by_workspace and bool(known - set(places))
    count = f"contains([{names}], {_WORKSPACE}) ? 1 : 0" if narrow else ""
    each, namespace = _namespace(module, places, by_workspace=by_workspace)
    return render(
        "database_backups",
        f"terraform/backups_{name}.tf.j2",
        token=token.text if token else "",
        count=count,
        index="[0]" if count else "",
        cluster=cluster.address,
        region=region,
        days=site.settings.keep_days,
        lock=_LOCK_DAYS,
        secret=SECRET,
        each=each,
        namespace=namespace,
    )


def _region(module: Module, cluster: Block, provider: Block | None) -> str:
    written = cluster.attr("region") or (provider.attr("region") if provider else None)
    # What else a provider is told (a role, a profile) is not repeated for a second one.
    plain = provider is None or (not provider.attr("profile") and not provider.child("assume_role"))
    return module.text(written) if plain else ""


def _namespace(
    module: Module, places: dict[str, tuple[str, ...]], *, by_workspace: bool
) -> tuple[str, str]:
    """Value of `for_each` (or empty) and the expression of the namespace."""
    declared = _declared(module, places)
    if declared:
        return "", declared
    if len(set(places.values())) == 1 and len(next(iter(places.values()))) == 1:
        return "", f'"{next(iter(places.values()))[0]}"'
    if not by_workspace:
        (spaces,) = places.values()
        listed = ", ".join(f'"{space}"' for space in spaces)
        return f"toset([{listed}])", "each.value"
    rows = (
        f"{name} = [{', '.join(f'{chr(34)}{s}{chr(34)}' for s in spaces)}]"
        for name, spaces in sorted(places.items())
    )
    return f"toset(lookup({{ {', '.join(rows)} }}, {_WORKSPACE}, []))", "each.value"


def _declared(module: Module, places: dict[str, tuple[str, ...]]) -> str:
    """Address of the name of a namespace that this module makes."""
    for block in module.resources("kubernetes_namespace"):
        for inner in block.walk():
            written = inner.attr("name")
            text = written.text.strip('"') if written else ""
            if text and all(
                spaces == (text.replace(f"${{{_WORKSPACE}}}", name),)
                for name, spaces in places.items()
            ):
                return f"{block.address}.metadata[0].name"
    return ""
