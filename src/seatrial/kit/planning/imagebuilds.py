"""How the images of a repository are built: from which Dockerfile, with which folder around it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from seatrial.kit.platform.images import image_of
from seatrial.kit.platform.live import is_aside
from seatrial.kit.platform.workloads import is_store
from seatrial.kit.site import Site
from seatrial.model.struct import struct
from seatrial.repo.code.dockerfiles import Dockerfile
from seatrial.repo.files import Root
from seatrial.repo.kubernetes.charts import Chart


@struct(eq=False)
class Build:
    """An image that the repository can build.

    Attributes:
        image: its repository, without tag (`ghcr.io/acme/shop-api`).
        context: folder that the build gets, `.` for the root.
    """

    image: str
    dockerfile: Dockerfile
    context: str

    @property
    def path(self) -> str:
        """Path of the Dockerfile from the repository's root."""
        return self.dockerfile.file.path


@struct
class Source:
    """A file or folder that a Dockerfile copies out of its context into the image it ends with.

    Attributes:
        path: from the repository's root.
        target: where it lands in the image; empty where that cannot be told.
    """

    path: str
    target: str
    is_folder: bool


def builds(site: Site[object], chart: Chart, environment: str) -> tuple[Build, ...] | None:
    """What builds each image of a chart's own workloads; None where one of them is not told."""
    images = {
        image_of(container.at("image").text).repository
        for manifest in site.repo.manifests
        if manifest.chart is chart
        and (not manifest.environments or environment in manifest.environments)
        for container in manifest.containers
        if not is_store(container.at("image").text)
    }
    files = dockerfiles(site, chart.root)
    found: list[Build] = []
    for image in sorted(images):
        mine = _of_image(image, files, alone=len(images) == 1)
        if mine is None or "set-at-deploy" in image:
            return None
        found.append(Build(image, mine, context_of(chart.root, mine)))
    return tuple(found) or None


def dockerfiles(site: Site[object], root: Root) -> tuple[Dockerfile, ...]:
    """Dockerfiles of a repository that start something, examples and tests left out."""
    return tuple(
        d
        for d in site.repo.dockerfiles
        if d.file.root is root and not is_aside(d.file.path) and d.final is not None
    )


def _of_image(image: str, files: tuple[Dockerfile, ...], *, alone: bool) -> Dockerfile | None:
    if alone and len(files) == 1:
        return files[0]
    last = image.rpartition("/")[2].lower()
    fits = [
        (len(label), d)
        for d in files
        for label in labels(d)
        if last == label or last.endswith((f"-{label}", f"_{label}"))
    ]
    longest = max((size for size, _ in fits), default=0)
    best = [d for size, d in fits if size == longest]
    return best[0] if len(best) == 1 else None


def labels(dockerfile: Dockerfile) -> Iterator[str]:
    """Names by which a Dockerfile is told from others: its own (`api.Dockerfile`), its folder's."""
    name = dockerfile.file.name.lower()
    own = name.replace("dockerfile", "").replace("containerfile", "").strip(".-_")
    if own:
        yield own
    folder = dockerfile.file.folder.rpartition("/")[2].lower()
    if folder and not own:
        yield folder


def context_of(root: Root, dockerfile: Dockerfile) -> str:
    """The folder that a build gets: the Dockerfile's own where what it copies lies there."""
    folder = dockerfile.file.folder
    wanted = [s for c in dockerfile.copies if not c.origin for s in c.sources]
    plain = [s for s in wanted if not any(ch in s for ch in "*?[$:") and s not in {".", "./"}]
    if folder and plain and not all(_is_there(root, posixpath.join(folder, s)) for s in plain):
        return "."
    if folder and not plain and not wanted:
        return "."
    return folder or "."


def sources(root: Root, dockerfile: Dockerfile, context: str) -> tuple[Source, ...] | None:
    """What the final image takes from the repository; None where a stage before it builds that."""
    if len(dockerfile.stages) > 1:
        return None
    found: list[Source] = []
    workdir = "/"
    stage = dockerfile.final
    for instruction in stage.instructions if stage else ():
        if instruction.name == "WORKDIR" and "$" not in instruction.text:
            workdir = posixpath.join(workdir, instruction.text.strip())
        if instruction.name not in {"COPY", "ADD"}:
            continue
        copy = next((c for c in dockerfile.copies if c.line == instruction.line), None)
        if copy is None or copy.origin:
            continue
        for written in copy.sources:
            source = _source(root, context, written, copy.target, workdir)
            if source is None:
                return None
            found.append(source)
    return tuple(found) or None


def _source(root: Root, context: str, written: str, target: str, workdir: str) -> Source | None:
    path = posixpath.normpath(posixpath.join(context, written.lstrip("/")))
    if any(ch in written + target for ch in "*?[$:"):
        return None
    if path in root.files:
        landed = posixpath.join(workdir, target)
        if target.endswith("/") or target in {".", "./"}:
            landed = posixpath.join(landed, posixpath.basename(path))
        return Source(path, posixpath.normpath(landed), is_folder=False)
    if path == "." or _is_there(root, path):
        return Source(path, posixpath.normpath(posixpath.join(workdir, target)), is_folder=True)
    return None


def _is_there(root: Root, path: str) -> bool:
    plain = posixpath.normpath(path)
    return plain in root.files or any(p.startswith(f"{plain}/") for p in root.files)
