"""Images that a repository builds: each Dockerfile with the folder that it is built in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from seatrial.kit.platform.live import is_aside
from seatrial.kit.site import Site
from seatrial.model.struct import struct
from seatrial.repo.code.dockerfiles import Dockerfile
from seatrial.repo.commands.scripts import joined
from seatrial.repo.files import File, Root


@struct
class ImageBuild:
    """How one image is built.

    Attributes:
        name: a word that is unique among the images of the repository.
        dockerfile, context: paths from the repository's root; `.` for the root.
    """

    name: str
    dockerfile: str
    context: str


def image_builds(site: Site[object], root: Root) -> tuple[ImageBuild, ...]:
    """Images of a repository that can be built without being given anything."""
    found: dict[str, ImageBuild] = {}
    for dockerfile in site.repo.dockerfiles:
        file = dockerfile.file
        computed = any(s.base.stage is None and s.base.is_computed for s in dockerfile.stages)
        if file.root is not root or is_aside(file.path) or computed or not dockerfile.stages:
            continue
        name = _name(file.path)
        while name in found:
            name += "-2"
        found[name] = ImageBuild(name, file.path, _context(site, dockerfile))
    return tuple(found.values())


def _name(path: str) -> str:
    folder, _, file = path.rpartition("/")
    stem = file.lower().replace("dockerfile", "").strip(".-_")
    words = stem or folder.rpartition("/")[2] or "app"
    return "".join(c if c.isalnum() else "-" for c in words.lower()).strip("-") or "app"


def _context(site: Site[object], dockerfile: Dockerfile) -> str:
    composed = next(_composed(site, dockerfile), None)
    if composed is not None:
        return composed
    folder = dockerfile.file.folder
    if not folder:
        return "."
    files = dockerfile.file.root.files
    sources = [s.strip("./") for copy in dockerfile.copies if not copy.origin for s in copy.sources]
    inside = [s for s in sources if s and _is_there(files, f"{folder}/{s}")]
    outside = [s for s in sources if s and _is_there(files, s)]
    return "." if len(outside) > len(inside) else folder


def _is_there(files: Mapping[str, File], path: str) -> bool:
    return path in files or any(name.startswith(f"{path}/") for name in files)


def _composed(site: Site[object], dockerfile: Dockerfile) -> Iterator[str]:
    """Contexts that compose files give a Dockerfile."""
    for compose in site.repo.compose:
        if compose.file.root is not dockerfile.file.root:
            continue
        for service in compose.services:
            if not service.build or "://" in service.build:
                continue
            context = joined(compose.file.folder, service.build).strip("/") or "."
            name = service.dockerfile or "Dockerfile"
            path = name if context == "." else f"{context}/{name}"
            if path.removeprefix("./") == dockerfile.file.path:
                yield context
