"""What Argo CD of the second region delivers there."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.planning.addresses import address_of
from seatrial.kit.planning.homes import infra_root
from seatrial.kit.planning.render import render
from seatrial.kit.planning.targets import Target
from seatrial.kit.site import Site
from seatrial.model.change import Generate, Leave, Wish
from seatrial.practices.multi_region.estate import Estate
from seatrial.practices.multi_region.secondregion import folder_of
from seatrial.practices.multi_region.standby import has_standby


def deliveries(site: Site[object], one: Estate, targets: list[Target]) -> Iterator[Wish]:
    """Yield an Application for each target, in a project that allows them and no more."""
    home = infra_root(site)
    unknown = {r.name for r in (home, *(t.chart.root for t in targets)) if not address_of(site, r)}
    if unknown or home is not one.module.root:
        named = ", ".join(sorted(unknown)) or "the repository with Terraform"
        yield Leave(f"tell Argo CD of {one.standby} what to deliver: no address of {named} is seen")
        return
    folder = folder_of(one)
    project = folder.rpartition("/")[2]
    why = f"{one.standby} delivers what {one.region} delivers, by itself"
    for target in targets:
        relative = _relative(target)
        text = render(
            "multi_region",
            "argocd/application.yaml.j2",
            t=target,
            project=project,
            url=address_of(site, target.chart.root),
            values=relative,
            region=one.standby,
            slot=one.standby.replace("-", "_"),
            follows=has_standby(site, target),
        )
        yield Generate(home.name, f"{folder}/{target.name}-standby.yaml", text, why)
    text = render(
        "multi_region",
        "argocd/project.yaml.j2",
        project=project,
        urls=sorted({address_of(site, t.chart.root) for t in targets}),
        namespaces=sorted({t.namespace for t in targets}),
        region=one.standby,
    )
    yield Generate(home.name, f"{folder}/project.yaml", text, why)


def _relative(target: Target) -> str:
    path, folder = (target.values.path if target.values else ""), target.chart.folder
    if not path or not folder:
        return path
    if path.startswith(f"{folder}/"):
        return path[len(folder) + 1 :]
    return "/".join([".."] * (folder.count("/") + 1)) + f"/{path}"
