"""Bindings to cluster-admin: taken away from workloads, narrowed for people and the delivery."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.render import render
from seatrial.kit.planning.templates import part_at
from seatrial.kit.platform.installs import resources
from seatrial.kit.platform.live import live_manifests
from seatrial.kit.platform.rbac import Subject
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Generate, Leave, Risk, Wish
from seatrial.model.edit import (
    DropBlock,
    DropItem,
    DropKey,
    FileEdit,
    Item,
    ReplaceText,
    SetAttribute,
    SetKey,
)
from seatrial.practices.rbac.accounts import identities
from seatrial.practices.rbac.delivery import is_delivery
from seatrial.practices.rbac.derived import derived
from seatrial.practices.rbac.grants import Grant, grants
from seatrial.practices.rbac.settings import Settings
from seatrial.repo.infrastructure.hcl import Block
from seatrial.repo.infrastructure.tfmodules import Module
from seatrial.repo.kubernetes.charts import Chart
from seatrial.repo.kubernetes.manifests import Manifest

_CLIENTS: Final = ("kubernetes", "kubernetes-client", "kubernetes_asyncio", "client-node", "kr8s",
                   "client-go", "fabric8", "kubernetes-asyncio", "lightkube", "kopf")  # fmt: skip
_VIEW: Final = "view"


def everything(site: Site[object]) -> tuple[Grant, ...]:
    """Grants of all rights on the whole cluster."""
    return tuple(g for g in grants(site) if g.is_cluster_wide and g.grants_everything)


def calls_the_api(site: Site[object]) -> bool:
    """True when some code here has a client of the cluster's API."""
    return any(
        not d.dev and any(d.name.lower().rpartition("/")[2] == name for name in _CLIENTS)
        for d in site.repo.dependencies
    )


def narrowed(site: Site[Settings]) -> Iterator[Wish]:
    """Yield what takes the place of each grant of everything."""
    manifests = {
        str(m.place("roleRef", "name")): m
        for m in live_manifests(site)
        if m.kind == "ClusterRoleBinding"
    }
    blocks = {str(b.place): (m, b) for m, b in resources(site, "kubernetes_cluster_role_binding")}
    seen: set[str] = set()
    for grant in everything(site):
        key = str(grant.place)
        if key in seen:
            continue
        seen.add(key)
        if key in manifests:
            yield from _manifest(site, grant, manifests[key])
        elif key in blocks:
            yield from _terraform(site, grant, *blocks[key])
        else:
            yield _left(grant)


def _left(grant: Grant) -> Leave:
    return Leave(
        f"{grant.shown} gives {grant.who} all rights on the whole cluster: only those who run it"
        " know what it needs; bind that instead",
        grant.place,
    )


def workload_accounts(site: Site[object]) -> frozenset[str]:
    """Accounts under which the team's own workloads run."""
    return frozenset(i.account for i in identities(site))


def _is_idle(site: Site[Settings], subject: Subject) -> bool:
    """True for an account that needs no rights: a workload's own, or a namespace's default one."""
    if subject.kind != "ServiceAccount" or calls_the_api(site):
        return False
    if subject.name == "default":
        return True
    return subject.name in workload_accounts(site) and not is_delivery(site, subject.name)


def _manifest(site: Site[Settings], grant: Grant, manifest: Manifest) -> Iterator[Wish]:
    subjects = grant.binding.subjects
    idle = [s for s in subjects if _is_idle(site, s)]
    people = [s for s in subjects if s.kind in {"Group", "User"}]
    if len(idle) == len(subjects):
        yield from _taken_out(grant, manifest)
    elif len(idle) + len(people) == len(subjects) and manifest.source in {"file", "kustomize"}:
        yield from _looking(grant, manifest, idle)
    else:
        yield _left(grant)


def _taken_out(grant: Grant, manifest: Manifest) -> Iterator[Wish]:
    file = manifest.file
    part = part_at(file, manifest.place("kind").line)
    if part is None:
        yield _left(grant)
        return
    lines = file.lines[part.whole_first : part.whole_end]
    note = ""
    if manifest.chart is None:
        # The documents of a file keep their places: others point at them by number.
        lines = file.lines[part.first : part.end]
        note = (
            f"# No {manifest.kind} {manifest.name}: {grant.who} needs no rights in the cluster.\n"
        )
    edits: tuple[FileEdit, ...] = (ReplaceText("".join(f"{x}\n" for x in lines), note),)
    reason = f"{grant.who} calls no API server: it needs no rights in the cluster"
    yield Edit(file.root.name, file.path, edits, reason, Risk.HIGH)
    if manifest.chart is not None:
        yield from _values(manifest.chart, lines)
        return
    yield Leave(
        f"delete {manifest.kind} {manifest.name} in the cluster: a file that no longer holds it"
        " takes nothing away there",
        grant.place,
    )


def _values(chart: Chart, lines: list[str]) -> Iterator[Wish]:
    """Values that only the removed lines read go as well."""
    text = "\n".join(lines)
    for key in chart.values.names():
        word = f".Values.{key}."
        if word not in text:
            continue
        others = [
            t.replace(text, "")
            for p, f in chart.root.files.items()
            if p.startswith(f"{chart.folder}/templates/")
            for t in ("\n".join(f.lines),)
        ]
        if any(f".Values.{key}" in other for other in others):
            continue
        files = {v.file.path: v.file for v in chart.values_files if not v.inline}
        default = chart.root.files.get(f"{chart.folder}/values.yaml")
        if default:
            files[default.path] = default
        for path, file in sorted(files.items()):
            if file.yaml.first.has(key):
                reason = f"no template reads {key} any more"
                yield Edit(file.root.name, path, (DropKey((), key),), reason)


def _looking(grant: Grant, manifest: Manifest, idle: list[Subject]) -> Iterator[Wish]:
    file = manifest.file
    line = manifest.place().line
    document = max((i for i, d in enumerate(file.yaml.documents) if d.line <= line), default=0)
    name = manifest.name
    edits: list[FileEdit] = [
        SetKey(("metadata",), "name", f"{name}-{_VIEW}", document=document),
        SetKey(("roleRef",), "name", _VIEW, document=document),
        *(DropItem(("subjects",), Item("name", s.name), document=document) for s in idle),
    ]
    people = ", ".join(s.name for s in grant.binding.subjects if s not in idle)
    yield Edit(
        file.root.name,
        file.path,
        tuple(edits),
        f"{people} may look at everything but secrets; what runs is changed through git",
        Risk.HIGH,
    )
    yield Leave(
        f"delete ClusterRoleBinding {name} in every cluster once {name}-{_VIEW} is there: what a"
        " binding refers to cannot be changed in place",
        grant.place,
    )


def _terraform(site: Site[Settings], grant: Grant, module: Module, block: Block) -> Iterator[Wish]:
    subjects = grant.binding.subjects
    way = f"resource {' '.join(block.labels)}"
    if all(s.kind in {"Group", "User"} for s in subjects):
        edit = SetAttribute((way, "role_ref"), "name", f'"{_VIEW}"')
        reason = "people look; what runs is changed through git"
        yield Edit(module.root.name, block.place.path, (edit,), reason, Risk.HIGH)
        return
    inner = block.children("subject")
    namespaces = _namespaces(module)
    rules = derived(site)
    if (
        len(inner) != 1
        or not is_delivery(site, subjects[0].name)
        or len(namespaces) != 1
        or not rules
    ):
        yield _left(grant)
        return
    name, account = inner[0].attr("name"), inner[0].attr("namespace")
    folder = f"{module.folder}/" if module.folder else ""
    yield Edit(
        module.root.name,
        block.place.path,
        (DropBlock((way,)),),
        "the delivery works in one namespace: a Role there takes the place of cluster-admin",
        Risk.HIGH,
    )
    yield Generate(
        module.root.name,
        f"{folder}{block.labels[1].replace('_', '-')}-rbac.tf",
        render(
            "rbac",
            "terraform/delivery-rbac.tf.j2",
            name=block.labels[1],
            account=block.labels[1].replace("_", "-"),
            namespace=f"{namespaces[0].address}.metadata[0].name",
            subject=name.text if name else '""',
            subject_namespace=account.text if account else '"default"',
            rules=[
                {
                    "group": rule.group,
                    "comment": rule.comment,
                    "resources": ", ".join(f'"{r}"' for r in rule.resources),
                    "verbs": ", ".join(f'"{v}"' for v in rule.verbs),
                }
                for rule in rules
            ],
        ),
        "what the charts render and what Helm does, and no more",
        Risk.HIGH,
    )


def _namespaces(module: Module) -> list[Block]:
    """Namespaces of applications that the module makes; those of add-ons come with their charts."""
    return [b for b in module.resources("kubernetes_namespace") if not b.attr("for_each")]
