"""CI systems other than GitHub Actions, told by their files; a leftover is still named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.model.place import Place
from seatrial.model.struct import struct
from seatrial.repo.files import File, Root


@struct
class CiSystem:
    """A CI system whose configuration stands in the repository.

    Attributes:
        name: as its makers write it.
        place: the file; one place for each file.
    """

    name: str
    place: Place


_PATHS: Final = {
    ".gitlab-ci.yml": "GitLab CI",
    ".gitlab-ci.yaml": "GitLab CI",
    ".circleci/config.yml": "CircleCI",
    ".circleci/config.yaml": "CircleCI",
    ".travis.yml": "Travis CI",
    ".drone.yml": "Drone",
    ".drone.yaml": "Drone",
    ".drone.star": "Drone",
    ".drone.jsonnet": "Drone",
    ".woodpecker.yml": "Woodpecker CI",
    ".woodpecker.yaml": "Woodpecker CI",
    "bitbucket-pipelines.yml": "Bitbucket Pipelines",
    "appveyor.yml": "AppVeyor",
    ".appveyor.yml": "AppVeyor",
    ".cirrus.yml": "Cirrus CI",
    ".semaphore/semaphore.yml": "Semaphore",
    "wercker.yml": "Wercker",
    "codefresh.yml": "Codefresh",
    ".teamcity/settings.kts": "TeamCity",
    "bamboo-specs/bamboo.yml": "Bamboo",
    "bamboo-specs/bamboo.yaml": "Bamboo",
    "screwdriver.yaml": "Screwdriver",
    ".build.yml": "SourceHut builds",
    "Earthfile": "Earthly",
    "dagger.json": "Dagger",
}
_FOLDERS: Final = {
    ".buildkite/": "Buildkite",
    ".woodpecker/": "Woodpecker CI",
    ".gitea/workflows/": "Gitea Actions",
    ".forgejo/workflows/": "Forgejo Actions",
    ".builds/": "SourceHut builds",
    ".harness/": "Harness",
    ".azure-pipelines/": "Azure Pipelines",
    ".azuredevops/": "Azure Pipelines",
}
_PIPELINE: Final = frozenset({".yml", ".yaml"})


def read(root: Root) -> Iterator[CiSystem]:
    """Yield the CI systems of a repository, one for each file."""
    for file in root.files.values():
        name = _name(file)
        if name:
            yield CiSystem(name, file.place())


def _name(file: File) -> str:
    path = file.path
    if path in _PATHS:
        return _PATHS[path]
    folder = next((f for f in _FOLDERS if path.startswith(f)), "")
    if folder and file.suffix in _PIPELINE:
        return _FOLDERS[folder]
    return _by_name(file)


def _by_name(file: File) -> str:
    name, suffix = file.name.lower(), file.suffix
    if name == "jenkinsfile" or name.startswith("jenkinsfile.") or name.endswith(".jenkinsfile"):
        return "Jenkins"
    if suffix not in _PIPELINE:
        return ""
    if name.startswith("azure-pipeline"):
        return "Azure Pipelines"
    if name.startswith("buildspec") and _has(file, "phases"):
        return "AWS CodeBuild"
    if name.startswith("cloudbuild") and _has(file, "steps"):
        return "Google Cloud Build"
    if name.endswith(".gitlab-ci.yml"):
        return "GitLab CI"
    concourse = "pipeline" in name or "concourse" in file.path.lower()
    if concourse and _has(file, "jobs") and _has_list(file, "resources"):
        return "Concourse"
    return ""


def _has(file: File, key: str) -> bool:
    return file.text.startswith(f"{key}:") or f"\n{key}:" in file.text


def _has_list(file: File, key: str) -> bool:
    # Concourse lists its resources; in other pipelines `resources` is a mapping.
    return _has(file, key) and file.yaml.first.at(key).kind == "seq"
