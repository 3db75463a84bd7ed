"""Files that compose files and their `.env` name and that are not there."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from seatrial.kit.platform.live import is_aside
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault
from seatrial.practices.infrastructure_as_code.dangling import exists, is_ignored

if TYPE_CHECKING:
    from seatrial.repo.code.compose import Compose, Service
    from seatrial.repo.files import Root

_SAMPLES: Final = ("example", "sample", "template", "dist", "default", "tmpl", "defaults")


def named(site: Site[object]) -> Iterator[Observation]:
    """Environment files and Dockerfiles of services, and Dockerfiles that a `.env` names."""
    for compose in site.repo.compose:
        if is_aside(compose.file.path) or compose.file.root.skipped.symlinks:
            continue
        for service in compose.services:
            yield from _env_files(compose, service)
            yield from _dockerfile(service)
            yield from _mounted(service)
    for root in site.repo.roots:
        for path, file in root.files.items():
            if file.name == ".env" and not is_aside(path):
                yield from _in_dotenv(site, root, path)


def _env_files(compose: Compose, service: Service) -> Iterator[Observation]:
    for node in service.node.at("env_file").listed():
        written = node.text or node.at("path").text
        path = posixpath.join(compose.file.folder, written)
        if not _is_certain(written) or node.at("required").value is False:
            continue
        root = compose.file.root
        if _is_file(root, path):
            continue
        if is_ignored(root, path):
            if not _is_explained(root, written):
                yield fault(
                    compose.file.place(node.line),
                    f"service {service.name} needs {written}, which git leaves out, and nothing"
                    " shows what belongs into it",
                    severity=Severity.LOW,
                )
        elif not _is_explained(root, written):
            yield fault(
                compose.file.place(node.line),
                f"service {service.name} needs {written}, which does not exist",
                severity=Severity.MEDIUM,
            )


def _is_file(root: Root, path: str) -> bool:
    plain = posixpath.normpath(path)
    return plain in root.files or plain.startswith("..")


def _is_explained(root: Root, written: str) -> bool:
    """True when a sample lies beside, or a script, task or document says how the file is made."""
    name = posixpath.basename(written)
    parts = [part for part in name.lower().split(".") if part]
    for path, file in root.files.items():
        low = file.name.lower()
        sample = any(word in low for word in _SAMPLES)
        if sample and low != name and all(part in low for part in parts):
            return True
        told = file.suffix in {".md", ".sh", ".rst", ".txt", ".toml"} or low in {
            "makefile",
            "justfile",
        }
        told = told or (not file.suffix and path.startswith(("bin/", "script/", "scripts/")))
        if told and name in file.text and f"{name}-" not in file.text:
            return True
    return False


def _dockerfile(service: Service) -> Iterator[Observation]:
    written, build = service.dockerfile, service.build
    if not service.node.at("build", "dockerfile") or not _is_certain(written):
        return
    if not _is_certain(build, folder=True) or service.node.at("build", "dockerfile_inline"):
        return
    path = posixpath.join(service.file.folder, build, written)
    if not exists(service.file.root, path):
        yield fault(
            service.place_of("build", "dockerfile"),
            f"service {service.name} is built by {written}, which does not exist",
        )


def _mounted(service: Service) -> Iterator[Observation]:
    for mount in service.bind_mounts:
        source = mount.source
        if not source.startswith(("./", "../")) or not _is_certain(source):
            continue
        path = posixpath.join(service.file.folder, source)
        target = mount.target
        both = "." in posixpath.basename(source)[1:] and "." in posixpath.basename(target)[1:]
        if both and not exists(service.file.root, path):
            yield fault(
                service.place_of("volumes"),
                f"service {service.name} mounts {source}, which does not exist: Docker makes an"
                " empty folder of that name",
                severity=Severity.MEDIUM,
            )


def _is_certain(written: str, *, folder: bool = False) -> bool:
    computed = any(c in written for c in "$*{<`~") or "://" in written or written.startswith("/")
    return bool(written) and not computed and (folder or not written.endswith("/"))


def _in_dotenv(site: Site[object], root: Root, path: str) -> Iterator[Observation]:
    file = root.files[path]
    for number, line in enumerate(file.lines, 1):
        name, equals, value = line.partition("=")
        value = value.partition(" #")[0].strip().strip("\"'")
        last = posixpath.basename(value)
        if not equals or line.startswith("#") or "ockerfile" not in last or not _is_certain(value):
            continue
        if not exists(root, posixpath.join(file.folder, value)):
            read = any(f"{{{name.strip()}" in c.file.text for c in site.repo.compose)
            unread = "" if read else ", and nothing reads the variable"
            yield fault(
                file.place(number),
                f"{path} names {value}, which does not exist{unread}",
                severity=None if read else Severity.LOW,
            )
