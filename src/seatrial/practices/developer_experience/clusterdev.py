"""Tools that run a chart in a cluster on one's own machine, and a container with all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.fronts import front_of
from seatrial.kit.planning.homes import app_root
from seatrial.kit.planning.imagebuilds import Build, builds, sources
from seatrial.kit.planning.render import render
from seatrial.kit.planning.targets import Target, targets
from seatrial.kit.planning.versions import node_version, python_version
from seatrial.kit.site import Site
from seatrial.model.change import Generate
from seatrial.practices.developer_experience.composing import PATH, lacks_start
from seatrial.practices.developer_experience.devcontainers import containers
from seatrial.practices.developer_experience.settings import Settings
from seatrial.practices.developer_experience.starts import compose_without_code
from seatrial.repo.files import Root

_SKAFFOLD: Final = re.compile(r"(?:^|/)skaffold[\w.-]*\.ya?ml$")
_INSTALLS: Final = (
    ("requirements-dev.txt", "pip install --user -r requirements-dev.txt"),
    ("requirements.txt", "pip install --user -r requirements.txt"),
    ("pyproject.toml", "pip install --user --editable ."),
    ("package-lock.json", "npm ci"),
    ("go.mod", "go mod download"),
)


def cluster_tools(site: Site[Settings]) -> Iterator[Generate]:
    """Yield a Tiltfile, a skaffold.yaml and a dev container, where nothing of the kind is there."""
    if not lacks_start(site):
        return
    root = app_root(site)
    target = next((t for t in targets(site) if t.environment.tier == "dev"), None)
    found = builds(site, target.chart, target.environment.name) if target else None
    if target and found and target.chart.root is root:
        names = {path.rpartition("/")[2] for path in root.files}
        if "Tiltfile" not in names:
            yield _tiltfile(site, root, target, found)
        if not any(_SKAFFOLD.search(path) for path in root.files):
            yield _skaffold(root, target, found)
    compose = compose_without_code(site)
    if not containers(site) and (compose or found):
        file = compose[0].file.path if compose else PATH
        yield from _container(site, root, file)


def _tiltfile(site: Site[object], root: Root, target: Target, found: tuple[Build, ...]) -> Generate:
    front = front_of(site, target.chart, target.environment.name)
    port = ""
    if front:
        ports = [p for c in front.deployment.containers for p in c.at("ports").items()]
        port = ports[0].at("containerPort").text if ports else ""
    text = render(
        "developer_experience",
        "Tiltfile.j2",
        chart=target.chart.folder or ".",
        release=target.release,
        values=target.values.path if target.values else "",
        builds=[(one, _only(root, one)) for one in found],
        front=front.deployment.name.replace("release-name", target.release) if front else "",
        port=port,
    )
    why = "`tilt up` runs the chart in a cluster on this machine and rebuilds what was saved"
    return Generate(root.name, "Tiltfile", text, why)


def _only(root: Root, one: Build) -> tuple[str, ...]:
    """What a build reads, so that no other file starts it."""
    if one.context != ".":
        return ()
    taken = sources(root, one.dockerfile, one.context) or ()
    return tuple(s.path for s in taken) if all(s.path != "." for s in taken) else ()


def _skaffold(root: Root, target: Target, found: tuple[Build, ...]) -> Generate:
    text = render(
        "developer_experience",
        "skaffold.yaml.j2",
        name=target.chart.name,
        chart=target.chart.folder or ".",
        release=target.release,
        values=target.values.path if target.values else "",
        builds=found,
    )
    why = "`skaffold dev` does the same for those who use it"
    return Generate(root.name, "skaffold.yaml", text, why)


def _container(site: Site[object], root: Root, compose: str) -> Iterator[Generate]:
    install = next((command for name, command in _INSTALLS if name in root.files), "")
    if "package.json" in root.files and "requirements.txt" not in root.files:
        image = f"typescript-node:1-{node_version(site, root, '')}-bookworm"
    elif "go.mod" in root.files:
        asked = re.search(r"^go (1\.\d+)", root.files["go.mod"].text, re.MULTILINE)
        image = f"go:1-{asked[1] if asked else '1.25'}-bookworm"
    elif install.startswith("pip"):
        image = f"python:1-{python_version(site, root, '')}-bookworm"
    else:
        image = "base:1-bookworm"
    text = render(
        "developer_experience",
        ".devcontainer/devcontainer.json.j2",
        name=root.name,
        image=image,
        install=install,
        compose=compose,
    )
    why = "an editor opens the project with its tools, and the running copy beside it"
    yield Generate(root.name, ".devcontainer/devcontainer.json", text, why)
