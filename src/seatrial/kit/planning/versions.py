"""Versions of languages that a repository's own files name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from seatrial.kit.site import Site
from seatrial.repo.files import Root

PYTHON: Final = "3.13"
NODE: Final = "24"
_NUMBER: Final = re.compile(r"\d+(?:\.\d+)?")


def python_version(site: Site[object], root: Root, folder: str) -> str:
    """Minor version of Python, of the image that runs the code where there is one."""
    for text in (*_images(site, root, "python"), *_files(root, folder, ".python-version")):
        found = re.match(r"3\.\d+", text)
        if found:
            return found[0]
    for text in _files(root, folder, "pyproject.toml"):
        asked = re.search(r"(?:requires-python|python)\s*=\s*[\"'][^\"'\d]*(3\.\d+)", text)
        if asked:
            return asked[1]
    return PYTHON


def node_version(site: Site[object], root: Root, folder: str) -> str:
    """Major version of Node, of the image that runs the code where there is one."""
    sources = (*_images(site, root, "node"), *_files(root, folder, ".nvmrc", ".node-version"))
    for text in sources:
        found = _NUMBER.match(text.strip().removeprefix("v"))
        if found:
            return found[0].partition(".")[0]
    return NODE


def _images(site: Site[object], root: Root, name: str) -> Iterator[str]:
    for dockerfile in site.repo.dockerfiles:
        for stage in dockerfile.lineage() if dockerfile.file.root is root else ():
            if stage.base.name.rpartition("/")[2] == name and stage.base.tag:
                yield stage.base.tag


def _files(root: Root, folder: str, *names: str) -> Iterator[str]:
    for name in names:
        for path in dict.fromkeys((f"{folder}/{name}" if folder else name, name)):
            if path in root.files:
                yield root.files[path].text
