"""What the code depends on: manifests of all languages, and the lock files that cover them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property, lru_cache
from typing import Final

from seatrial.model.struct import struct
from seatrial.repo.code.dependency import Dependency
from seatrial.repo.files import File, Root

__all__ = ["Dependency", "DependencyFile", "files", "read"]

Reader = Callable[[File], Iterator[Dependency]]

LOCKS: Final[dict[str, tuple[str, ...]]] = {
    "python": ("poetry.lock", "uv.lock", "pdm.lock", "Pipfile.lock", "pylock.toml"),
    "node": (
        "package-lock.json",
        "npm-shrinkwrap.json",
        "yarn.lock",
        "pnpm-lock.yaml",
        "bun.lock",
        "bun.lockb",
    ),
    "go": ("go.sum",),
    "java": ("gradle.lockfile",),
    "ruby": ("Gemfile.lock", "gems.locked"),
    "dotnet": ("packages.lock.json",),
    "rust": ("Cargo.lock",),
    "php": ("composer.lock",),
}
"""Names of lock files by ecosystem; a workspace keeps one above its members."""


@struct(eq=False)
class DependencyFile:
    """One manifest.

    Attributes:
        ecosystem: `python`, `node`, `go`, `java`, `ruby`, `dotnet`, `rust` or `php`.
    """

    file: File
    ecosystem: str
    reader: Reader

    @cached_property
    def dependencies(self) -> tuple[Dependency, ...]:
        """What it declares, in order."""
        return tuple(self.reader(self.file))

    @cached_property
    def locks(self) -> tuple[File, ...]:
        """Lock files that cover it: beside it, or in the nearest folder above."""
        folder = self.file.folder
        while True:
            found = tuple(
                lock
                for name in LOCKS[self.ecosystem]
                if (lock := self.file.root.files.get(f"{folder}/{name}" if folder else name))
            )
            if found or not folder:
                return found or self._compiled()
            folder = folder.rpartition("/")[0]

    @property
    def locked(self) -> bool:
        """True when a lock file covers it, or every dependency (if any) is pinned exactly."""
        return bool(self.locks) or all(d.pinned for d in self.dependencies)

    def _compiled(self) -> tuple[File, ...]:
        # `pip-compile` and `uv pip compile` write x.txt from x.in.
        if self.file.suffix != ".in":
            return ()
        lock = self.file.root.files.get(self.file.path.removesuffix(".in") + ".txt")
        return (lock,) if lock else ()


@lru_cache(maxsize=8)
def files(root: Root) -> tuple[DependencyFile, ...]:
    """Manifests of a repository; each is parsed when its dependencies are asked for."""
    found = ((file, _kind(file)) for file in root.files.values())
    return tuple(DependencyFile(file, *kind) for file, kind in found if kind)


def read(root: Root) -> Iterator[Dependency]:
    """Yield all dependencies that the manifests of a repository declare."""
    for manifest in files(root):
        yield from manifest.dependencies


def _kind(file: File) -> tuple[str, Reader] | None:
    """Ecosystem and reader of a manifest, by its name."""
    name = file.name
    if name in _NAMES:
        return _NAMES[name]
    if file.suffix in _SUFFIXES:
        return _SUFFIXES[file.suffix]
    if file.suffix in {".txt", ".in"} and _is_requirements(file):
        return "python", _requirements
    if name.endswith((".gradle", ".gradle.kts")):
        return "java", _gradle
    return ("java", _catalog) if name.endswith(".versions.toml") else None


def _is_requirements(file: File) -> bool:
    # `requirements_for_test.in`, `dev-requirements.txt`, `requirements/base.txt`
    return "requirements" in file.name or file.folder.rpartition("/")[2] == "requirements"


def _requirements(file: File) -> Iterator[Dependency]:
    from seatrial.repo.code import pythondeps

    return pythondeps.requirements(file)


def _pyproject(file: File) -> Iterator[Dependency]:
    from seatrial.repo.code import pythondeps

    return pythondeps.pyproject(file)


def _pipfile(file: File) -> Iterator[Dependency]:
    from seatrial.repo.code import pythondeps

    return pythondeps.pipfile(file)


def _setup_py(file: File) -> Iterator[Dependency]:
    from seatrial.repo.code import setupdeps

    return setupdeps.setup_py(file)


def _setup_cfg(file: File) -> Iterator[Dependency]:
    from seatrial.repo.code import setupdeps

    return setupdeps.setup_cfg(file)


def _package(file: File) -> Iterator[Dependency]:
    from seatrial.repo.code import manifestdeps

    return manifestdeps.package_json(file)


def _composer(file: File) -> Iterator[Dependency]:
    from seatrial.repo.code import manifestdeps

    return manifestdeps.composer_json(file)


def _go(file: File) -> Iterator[Dependency]:
    from seatrial.repo.code import manifestdeps

    return manifestdeps.go_mod(file)


def _cargo(file: File) -> Iterator[Dependency]:
    from seatrial.repo.code import manifestdeps

    return manifestdeps.cargo_toml(file)


def _gemfile(file: File) -> Iterator[Dependency]:
    from seatrial.repo.code import manifestdeps

    return manifestdeps.gemfile(file)


def _pom(file: File) -> Iterator[Dependency]:
    from seatrial.repo.code import javadeps

    return javadeps.pom(file)


def _gradle(file: File) -> Iterator[Dependency]:
    from seatrial.repo.code import javadeps

    return javadeps.gradle(file)


def _catalog(file: File) -> Iterator[Dependency]:
    from seatrial.repo.code import javadeps

    return javadeps.catalog(file)


def _dotnet(file: File) -> Iterator[Dependency]:
    from seatrial.repo.code import javadeps

    return javadeps.dotnet(file)


_NAMES: Final[dict[str, tuple[str, Reader]]] = {
    "pyproject.toml": ("python", _pyproject),
    "Pipfile": ("python", _pipfile),
    "setup.py": ("python", _setup_py),
    "setup.cfg": ("python", _setup_cfg),
    "package.json": ("node", _package),
    "composer.json": ("php", _composer),
    "go.mod": ("go", _go),
    "Cargo.toml": ("rust", _cargo),
    "Gemfile": ("ruby", _gemfile),
    "gems.rb": ("ruby", _gemfile),
    "pom.xml": ("java", _pom),
    "packages.config": ("dotnet", _dotnet),
    "Directory.Packages.props": ("dotnet", _dotnet),
    "Directory.Build.props": ("dotnet", _dotnet),
}
_SUFFIXES: Final[dict[str, tuple[str, Reader]]] = {
    ".gemspec": ("ruby", _gemfile),
    ".csproj": ("dotnet", _dotnet),
    ".fsproj": ("dotnet", _dotnet),
    ".vbproj": ("dotnet", _dotnet),
}
