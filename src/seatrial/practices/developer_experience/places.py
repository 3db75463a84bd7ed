"""Where a reader would mend what is missing."""

from __future__ import annotations

from seatrial.kit.site import Site
from seatrial.model.place import Place
from seatrial.practices.developer_experience.settings import Settings
from seatrial.practices.developer_experience.sources import manifests


def home(site: Site[Settings]) -> Place:
    """The manifest of the application, or what comes next to it."""
    found = manifests(site)
    if found:
        return found[0].place()
    for compose in site.repo.compose:
        return compose.file.place()
    for dockerfile in site.repo.dockerfiles:
        return dockerfile.file.place()
    return Place(site.repo.roots[0].name, "README.md", 1, 1)


def pull_place(site: Site[Settings]) -> Place:
    """The workflow that runs on a pull request, or any other."""
    for workflow in site.repo.workflows:
        trigger = workflow.trigger("pull_request")
        if trigger:
            return trigger.place
    for workflow in site.repo.workflows:
        return workflow.place
    return home(site)
