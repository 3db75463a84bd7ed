"""Where the code lies that somebody develops."""

from __future__ import annotations

from typing import Final

from seatrial.kit.platform.live import is_aside
from seatrial.kit.site import Site, once
from seatrial.repo.files import File, Root

CODE: Final = frozenset(
    ".py .js .jsx .ts .tsx .mjs .cjs .go .java .kt .rb .rs .php .cs .fs .ex .exs .scala .swift .c"
    " .cc .cpp .h .vue .svelte .dart .clj .erl .hs .lua .ml .elm .groovy .html .erb .css".split()
)
_MANIFESTS: Final = frozenset(
    "package.json pyproject.toml setup.py setup.cfg requirements.txt pipfile go.mod pom.xml"
    " build.gradle build.gradle.kts gemfile cargo.toml composer.json mix.exs pubspec.yaml build.sbt"
    " cmakelists.txt deno.json package.swift".split()
)
_PROJECTS: Final = (".csproj", ".fsproj", ".sln", ".gemspec")
_NO_CODE: Final = frozenset(".html .css .h .erb".split())


def is_manifest(file: File) -> bool:
    """True for a file that declares what an application needs."""
    return file.name.lower() in _MANIFESTS or file.suffix in _PROJECTS


@once
def manifests(site: Site[object]) -> tuple[File, ...]:
    """Build manifests outside of examples, tests and hidden folders, those near the root first."""
    found = [f for f in site.repo.files() if is_manifest(f) and not _is_aside(f)]
    return tuple(sorted(found, key=lambda f: (f.path.count("/"), f.path)))


@once
def has_code(site: Site[object]) -> bool:
    """True when there is code of the team's own, with a manifest or an image to build it by."""
    if not manifests(site) and not any(not _is_aside(d.file) for d in site.repo.dockerfiles):
        return False
    if any(not _is_aside(d.file) for d in site.repo.dockerfiles):
        return True
    return any(f.suffix in CODE - _NO_CODE and not _is_aside(f) for f in site.repo.files())


def holds_code(root: Root, folder: str) -> bool:
    """True when a folder (empty: the whole repository) holds code."""
    prefix = f"{folder}/" if folder else ""
    return any(p.startswith(prefix) and f.suffix in CODE for p, f in root.files.items())


def holds_manifest(root: Root, folder: str) -> bool:
    """True when a folder holds a build manifest directly."""
    return any(f.folder == folder and is_manifest(f) for f in root.files.values())


def _is_aside(file: File) -> bool:
    return is_aside(file.path) or file.path.startswith((".github/", ".circleci/", ".devcontainer/"))
