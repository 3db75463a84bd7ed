"""What a compose service has to watch, so that a saved file is seen in it."""

from __future__ import annotations

import posixpath
from typing import Final

from seatrial.kit.planning.imagebuilds import Source, context_of, sources
from seatrial.repo.code.compose import Service
from seatrial.repo.code.dockerfiles import Dockerfile
from seatrial.repo.files import Root

_READ_AT_START: Final = ("python", "node", "ruby", "php", "bun", "deno")
_IGNORED: Final = (".git/", ".venv/", "node_modules/", "__pycache__/")


def service_rules(service: Service, dockerfiles: tuple[Dockerfile, ...]) -> str:
    """Rules of `develop.watch` for a service of a compose file, as YAML."""
    root, base = service.file.root, service.file.folder
    context = _joined(base, service.build)
    path = _joined(context, service.dockerfile or "Dockerfile")
    dockerfile = next((d for d in dockerfiles if d.file.root is root and d.file.path == path), None)
    return rules(root, dockerfile, context, base)


def own_rules(root: Root, dockerfile: Dockerfile) -> str:
    """Rules for a service that is built from a Dockerfile, from the repository's root."""
    return rules(root, dockerfile, context_of(root, dockerfile), "")


def rules(root: Root, dockerfile: Dockerfile | None, context: str, base: str) -> str:
    """Code that is read at the start is copied in and the process started again; the rest rebuilds.

    Args:
        root: the repository.
        dockerfile: what builds the image; None where it is not there.
        context: folder of the build, from the root.
        base: folder of the compose file, which paths are told from.
    """
    found = sources(root, dockerfile, context) if dockerfile else None
    if dockerfile is None or found is None or not _is_read_at_start(dockerfile):
        return _rule("rebuild", _told(context, base), ignore=context in {"", "."})
    return "".join(_of_source(one, base) for one in found)


def _of_source(one: Source, base: str) -> str:
    if not one.is_folder:
        return _rule("rebuild", _told(one.path, base))
    whole = one.path in {"", "."}
    return _rule("sync+restart", _told(one.path, base), target=one.target, ignore=whole)


def _is_read_at_start(dockerfile: Dockerfile) -> bool:
    base = dockerfile.base
    name = base.name.rpartition("/")[2] if base else ""
    return name.startswith(_READ_AT_START)


def _rule(action: str, path: str, *, target: str = "", ignore: bool = False) -> str:
    lines = [f"- action: {action}", f"  path: {path}"]
    if target:
        lines.append(f"  target: {target}")
    if ignore:
        lines.append("  ignore:")
        lines += [f"    - {name}" for name in _IGNORED]
    return "\n".join(lines) + "\n"


def _joined(folder: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(folder or ".", path or "."))


def _told(path: str, base: str) -> str:
    relative = posixpath.relpath(path or ".", base or ".")
    return relative if relative.startswith(".") else f"./{relative}"
