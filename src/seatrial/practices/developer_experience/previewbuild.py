"""The workflow that builds the images of previews and takes the label off forgotten ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.homes import workflow_path
from seatrial.kit.planning.imagebuilds import Build
from seatrial.kit.planning.render import render
from seatrial.kit.site import Site
from seatrial.model.change import Generate, Risk
from seatrial.model.struct import struct
from seatrial.repo.files import Root

_LOGIN: Final = "docker/login-action"
_OWN: Final = (
    ("username", "${{ github.actor }}"),
    ("password", "${{ secrets.GITHUB_TOKEN }}"),
)


@struct
class Registry:
    """How a workflow signs in where the images go.

    Attributes:
        inputs: inputs of Docker's login action.
    """

    host: str
    inputs: tuple[tuple[str, str], ...]


def registry_of(site: Site[object], found: tuple[Build, ...]) -> Registry | None:
    """The registry of all images with the sign-in that the workflows use; GitHub's own by token."""
    hosts = {_host(one.image) for one in found}
    if len(hosts) != 1:
        return None
    host = hosts.pop()
    if host == "ghcr.io":
        return Registry(host, (("registry", host), *_OWN))
    for name, inputs in _logins(site):
        if name == host:
            return Registry(host, inputs)
    return None


def _host(image: str) -> str:
    first, slash, _ = image.partition("/")
    return first if slash and ("." in first or ":" in first) else "docker.io"


def _logins(site: Site[object]) -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
    for workflow_ in site.repo.workflows:
        for job in workflow_.jobs:
            for step in job.all_steps:
                if step.uses and step.uses.name.lower() == _LOGIN:
                    inputs = tuple((name, node.text) for name, node in step.inputs.pairs())
                    yield step.inputs.at("registry").text or "docker.io", inputs


def workflow(root: Root, found: tuple[Build, ...], registry: Registry) -> Generate:
    """Build and push the images of labelled pull requests of this repository; daily tidying up."""
    text = render(
        "developer_experience",
        ".github/workflows/preview.yaml.j2",
        builds=found,
        registry=registry,
        by_token=registry.inputs[1:] == _OWN,
    )
    why = (
        "a preview runs the image of its pull request, and ends when nobody works on that any more"
    )
    return Generate(root.name, workflow_path(root, "preview"), text, why, Risk.MEDIUM)
