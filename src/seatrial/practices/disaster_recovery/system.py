"""What the runbooks have to name of this system: releases, addresses, databases, state."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from seatrial.kit.data.databases import databases
from seatrial.kit.delivery.releases import deployments
from seatrial.kit.delivery.targets import targets_of
from seatrial.kit.planning.fronts import front_of
from seatrial.kit.planning.homes import app_root, infra_root
from seatrial.kit.planning.targets import Target, targets
from seatrial.kit.platform.workloads import is_store
from seatrial.kit.site import Site, once
from seatrial.model.struct import struct
from seatrial.repo.environments import tier
from seatrial.repo.files import Root

_VERSION: Final = re.compile(r":(?:v)?(\d+)")


@struct(eq=False)
class System:
    """The production side of a system; empty texts where nothing shows a thing.

    Attributes:
        environment: name of the environment that the pages speak of.
        release, namespace, chart, values: of the Helm release there.
        image_key: way to the image's tag in the values file, dotted.
        host: address of the application, with its scheme.
        workload: the Deployment that serves.
        database: workload of the PostgreSQL in the cluster.
        db_name, db_user: as its container is told.
        db_version: major version of PostgreSQL.
        terraform: folder of the root module, with its repository.
        by_workspace: True when environments are workspaces.
        workflow: name of the workflow that deploys.
    """

    environment: str
    release: str
    namespace: str
    chart: str
    values: str
    image_key: str
    host: str
    workload: str
    database: str
    db_name: str
    db_user: str
    db_version: str
    terraform: str
    by_workspace: bool
    workflow: str
    infra: str


@once
def system(site: Site[object]) -> System:
    """Read it from the files."""
    target = _target(site)
    environment = target.environment.name if target else _environment(site)
    name, user, version, database = _postgres(site, target)
    roots = site.repo.terraform.roots
    module = roots[0] if roots else None
    return System(
        environment,
        target.release if target else "",
        target.namespace if target else "",
        target.chart.folder or "." if target else "",
        target.values.path if target and target.values else "",
        target.key if target else "",
        _host(site, target),
        _serving(site, target),
        database,
        name,
        user,
        version,
        (module.folder or ".") if module else "",
        any("terraform.workspace" in f.text for f in module.files) if module else False,
        next(_workflows(site, environment), ""),
        infra_root(site).name if infra_root(site) is not app_root(site) else "",
    )


def _target(site: Site[object]) -> Target | None:
    found = targets(site)
    production = [t for t in found if t.environment.tier == "production"]
    return next(iter((*production, *found)), None)


def _environment(site: Site[object]) -> str:
    names = site.production or tuple(e.name for e in site.environments)
    return names[0] if names else "production"


def _host(site: Site[object], target: Target | None) -> str:
    front = front_of(site, target.chart, target.environment.name) if target else None
    if front is None or front.ingress is None:
        return ""
    spec = front.ingress.node.at("spec")
    host = next((r.at("host").text for r in spec.at("rules").items() if r.at("host").text), "")
    return f"{'https' if spec.at('tls').items() else 'http'}://{host}" if host else ""


def _serving(site: Site[object], target: Target | None) -> str:
    front = front_of(site, target.chart, target.environment.name) if target else None
    return _released(front.deployment.name, target) if front and target else ""


def _released(name: str, target: Target) -> str:
    """Name of an object in the cluster: charts are rendered with their own name as the release."""
    own = target.chart.name
    if name == own or name.startswith(f"{own}-"):
        return target.release + name.removeprefix(own)
    return name


def _postgres(site: Site[object], target: Target | None) -> tuple[str, str, str, str]:
    """Name, user, major version and workload of a PostgreSQL that the chart runs."""
    for manifest in site.repo.manifests if target else ():
        if target is None or manifest.chart is not target.chart:
            continue
        if manifest.environments and target.environment.name not in manifest.environments:
            continue
        for container in manifest.containers:
            image = container.at("image").text
            if is_store(image) and "postgres" in image and manifest.kind != "CronJob":
                env = {n.at("name").text: n.at("value").text for n in container.at("env").items()}
                version = _VERSION.search(image)
                return (
                    env.get("POSTGRES_DB", "postgres"),
                    env.get("POSTGRES_USER", "postgres"),
                    version[1] if version else "16",
                    f"{manifest.kind.lower()}/{_released(manifest.name, target)}",
                )
    engines = {d.engine for d in databases(site)}
    return ("", "", "16" if any("postgres" in e for e in engines) else "", "")


def _workflows(site: Site[object], environment: str) -> Iterator[str]:
    for release in deployments(site):
        names = targets_of(site, release)
        if not names or environment in names or any(tier(n) == "production" for n in names):
            yield release.job.workflow.name or release.job.workflow.file.name


def owner_of(root: Root) -> str:
    """Owner of everything, as CODEOWNERS says; empty where it says nothing."""
    for path in ("CODEOWNERS", ".github/CODEOWNERS", "docs/CODEOWNERS"):
        file = root.files.get(path)
        for line in reversed(file.lines if file else []):
            words = line.partition("#")[0].split()
            if len(words) > 1 and words[0] in {"*", "/docs/", "docs/"}:
                return ", ".join(words[1:])
    return ""
