"""A preview for every pull request that is labelled, delivered by Argo CD and gone with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.addresses import address_of
from seatrial.kit.planning.branches import trunk
from seatrial.kit.planning.homes import infra_root
from seatrial.kit.planning.imagebuilds import Build, builds
from seatrial.kit.planning.render import render
from seatrial.kit.planning.targets import Target, targets
from seatrial.kit.serving import runs_for_somebody
from seatrial.kit.site import Site
from seatrial.model.change import Generate, Leave, Risk, Wish
from seatrial.model.finding import Outcome
from seatrial.practices.developer_experience.previewbuild import Registry, registry_of, workflow
from seatrial.practices.developer_experience.previewhome import reading
from seatrial.practices.developer_experience.previews import previews
from seatrial.practices.developer_experience.previewvalues import Parameter, left_out, parameters
from seatrial.practices.developer_experience.settings import Settings

FOLDER: Final = "previews"
_GITHUB: Final = "https://github.com/"


def previewing(site: Site[Settings]) -> Iterator[Wish]:
    """Yield the objects of previews, the build of their images and what ends them."""
    from seatrial.practices.developer_experience.audit import preview

    if not site.settings.previews or not runs_for_somebody(site) or previews(site):
        return
    if not any(o.outcome is Outcome.FAULT for o in preview.look(site)):
        return
    target = _first(site)
    trouble, found, registry = _trouble(site, target)
    if trouble or target is None or found is None or registry is None:
        place = next(o.place for o in preview.look(site) if o.outcome is Outcome.FAULT)
        yield Leave(f"a pull request gets no preview: {trouble}", place)
        return
    yield from _objects(site, target)
    yield workflow(target.chart.root, found, registry)
    yield from reading(site, FOLDER, target.environment.name)
    yield from left_out(site, target)


def _first(site: Site[object]) -> Target | None:
    """The chart as the environment of the lowest tier gets it: previews are like that one."""
    order = {"dev": 0, "other": 1, "staging": 2, "production": 3}
    found = sorted(targets(site), key=lambda t: order.get(t.environment.tier, 1))
    return found[0] if found else None


def _trouble(
    site: Site[object], target: Target | None
) -> tuple[str, tuple[Build, ...] | None, Registry | None]:
    """Why there can be none, or what builds the images and where they are pushed."""
    if target is None:
        return "no chart here can be delivered once more for it", None, None
    if len({t.chart for t in targets(site)}) > 1:
        return (
            "several charts make up the system, and nothing says which a preview needs",
            None,
            None,
        )
    root = target.chart.root
    if not address_of(site, root).startswith(_GITHUB) or not address_of(site, infra_root(site)):
        return (
            "nothing shows where the repositories lie at GitHub; give them a git remote",
            None,
            None,
        )
    if not target.key:
        return "nothing shows which value of the chart is the tag of the image", None, None
    found = builds(site, target.chart, target.environment.name)
    if found is None:
        return "nothing shows which Dockerfile builds which image of the chart", None, None
    registry = registry_of(site, found)
    if registry is None:
        return "nothing shows how a workflow signs in at the registry of the images", None, None
    return "", found, registry


def _objects(site: Site[Settings], target: Target) -> Iterator[Generate]:
    home, root, chart = infra_root(site), target.chart.root, target.chart
    owner, _, name = address_of(site, root).removeprefix(_GITHUB).partition("/")
    set_: list[Parameter] = list(parameters(site, target))
    values = target.values.path if target.values else ""
    common = {
        "name": chart.name,
        "owner": owner,
        "repository": name.removesuffix(".git"),
        "app_url": address_of(site, root),
        "infra_url": address_of(site, home),
        "branch": trunk(site),
        "folder": FOLDER,
    }
    text = render(
        "developer_experience",
        "previews/applicationset.yaml.j2",
        path=chart.folder or ".",
        release=target.release,
        values=_relative(values, chart.folder),
        parameters=set_,
        **common,
    )
    why = "a pull request with the label `preview` gets a copy of its own, and loses it when closed"
    yield Generate(
        home.name, f"{FOLDER}/{target.environment.name}/applicationset.yaml", text, why, Risk.MEDIUM
    )
    for file, reason in _FILES.items():
        made = render("developer_experience", f"previews/{file}.j2", **common)
        path = file if "/" in file else f"{target.environment.name}/{file}"
        yield Generate(home.name, f"{FOLDER}/{path}", made, reason)


_FILES: Final = {
    "project.yaml": "previews reach namespaces of their own only",
    "namespace/Chart.yaml": "the namespace of a preview is an object of its Application",
    "namespace/templates/namespace.yaml": "what Argo CD made it also removes",
    "namespace/templates/limits.yaml": "a preview takes no more than its share of the cluster",
    "namespace/templates/network.yaml": "no preview reaches another one",
}


def _relative(path: str, folder: str) -> str:
    if not path or not folder:
        return path
    if path.startswith(f"{folder}/"):
        return path[len(folder) + 1 :]
    return "/".join([".."] * (folder.count("/") + 1)) + f"/{path}"
