"""The data in the second region: a standby that streams, or a replica that the provider keeps."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from seatrial.kit.data.databases import databases
from seatrial.kit.planning.render import render
from seatrial.kit.planning.targets import Target
from seatrial.kit.planning.templates import above, part_at
from seatrial.kit.platform.workloads import is_store
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Generate, Leave, Risk, Wish
from seatrial.model.edit import InsertText
from seatrial.repo.files import File
from seatrial.repo.kubernetes.manifests import Manifest
from seatrial.repo.yaml import Node

_HELD: Final = "standby-source"
_IMAGE: Final = re.compile(r"\s+image:\s*(\S.*)$")


def follows(site: Site[object], target: Target) -> Iterator[Wish]:
    """Yield what makes the PostgreSQL of a chart start as a standby where `standbyOf` is set."""
    for manifest, container in _postgres(site, target):
        file = next((f for f in target.chart.templates if f.path == manifest.file.path), None)
        edit = _edit(file, manifest, container) if file else None
        if file is None or edit is None:
            break
        reason = f"{manifest.name} starts as a standby of the other region where values say so"
        yield Edit(file.root.name, file.path, (edit,), reason, Risk.MEDIUM)
        yield Leave(
            f"let {manifest.kind}/{manifest.name} of the first region take replication over TLS "
            f"(a role with REPLICATION, a `hostssl replication` line in pg_hba.conf, an address "
            f"that the second region reaches) and put host, user and password into the Secret "
            f"{target.release}-{_HELD} there: until then the standby waits, and no data is in "
            "the second region",
            manifest.place(),
            "the replication role's password",
        )
        return
    for database in databases(site):
        yield Leave(
            f"give {database.name} ({database.engine}) a standby in the second region: nothing "
            "here shows how it is run closely enough to write one",
            database.place,
        )


def has_standby(site: Site[object], target: Target) -> bool:
    """True when the chart's PostgreSQL gets what makes it follow."""
    return any(isinstance(w, Edit) for w in follows(site, target))


def database_of(site: Site[object], target: Target) -> str:
    """Workload of the chart's PostgreSQL (`deployment/shop-postgresql`); empty without one."""
    found = next(_postgres(site, target), None)
    return f"{found[0].kind.lower()}/{found[0].name}" if found else ""


def _postgres(site: Site[object], target: Target) -> Iterator[tuple[Manifest, Node]]:
    for manifest in site.repo.manifests:
        mine = manifest.chart is target.chart and manifest.kind in {"Deployment", "StatefulSet"}
        if not mine or target.environment.name not in (
            manifest.environments or (target.environment.name,)
        ):
            continue
        for container in manifest.containers:
            image = container.at("image").text
            if is_store(image) and "postgres" in image and "bitnami" not in image:
                yield manifest, container
                return


def _edit(file: File, manifest: Manifest, container: Node) -> InsertText | None:
    env = {e.at("name").text: e.at("value").text for e in container.at("env").items()}
    data = env.get("PGDATA") or "/var/lib/postgresql/data"
    mounts = [
        (m.at("name").text, m.at("mountPath").text)
        for m in container.at("volumeMounts").items()
        if data.startswith(m.at("mountPath").text.rstrip("/") + "/")
    ]
    part = part_at(file, manifest.place().line)
    if part is None or len(mounts) != 1:
        return None
    lines = file.lines
    images = [m for t in lines[part.first : part.end] if (m := _IMAGE.match(t))]
    at = [i for i in range(part.first, part.end) if lines[i].rstrip() == "      volumes:"]
    if (
        len(images) != 1
        or len(at) != 1
        or any("initContainers" in t for t in lines[part.first : part.end])
    ):
        return None
    text = render(
        "multi_region",
        "chart/standby.yaml.j2",
        image=images[0][1],
        mount=mounts[0],
        data=data,
        secret=_HELD,
    )
    once = lines.count(lines[at[0]]) == 1
    return InsertText(
        text,
        before=f"{lines[at[0]]}\n",
        behind="" if once else above(file, at[0] + 1),
        there="            - name: STANDBY_DATA\n",
    )


def managed(site: Site[object]) -> Iterator[Wish]:
    """Yield a replica of a database of RDS where a provider for another region is there."""
    for database in databases(site):
        block, module = database.block, database.module
        if block is None or module is None or block.labels[:1] != ("aws_db_instance",):
            continue
        other = [
            p.attr("alias")
            for p in module.providers("aws")
            if p.attr("alias") and module.text(p.attr("region"))
        ]
        used = {str(b.attr("provider").text) for b in module.resources() if b.attr("provider")}  # type: ignore[union-attr]
        names = [f"aws.{a.constant}" for a in other if a and f"aws.{a.constant}" in used]
        if not names or block.attr("replicate_source_db") or block.attr("provider"):
            continue
        label = block.labels[1]
        text = render(
            "multi_region",
            "terraform/replica.tf.j2",
            label=label,
            provider=names[0],
            encrypted=block.attr("storage_encrypted") is not None,
        )
        folder = f"{module.folder}/" if module.folder else ""
        why = f"{block.address} is followed in another region; it costs what the first one costs"
        yield Generate(module.root.name, f"{folder}standby-{label}.tf", text, why, Risk.MEDIUM)
        return
