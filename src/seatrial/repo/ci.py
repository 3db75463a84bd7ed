"""CI systems other than GitHub Actions: recognised by their files and named, not read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from seatrial.model.place import Place
from seatrial.repo.files import File, Root

_ROOT_FILES: Final = {
    ".gitlab-ci.yml": "GitLab CI",
    ".gitlab-ci.yaml": "GitLab CI",
    "Jenkinsfile": "Jenkins",
    "azure-pipelines.yml": "Azure Pipelines",
    "azure-pipelines.yaml": "Azure Pipelines",
    "buildspec.yml": "AWS CodeBuild",
    "buildspec.yaml": "AWS CodeBuild",
    "bitbucket-pipelines.yml": "Bitbucket Pipelines",
    ".travis.yml": "Travis CI",
    ".drone.yml": "Drone",
    ".woodpecker.yml": "Woodpecker",
    ".woodpecker.yaml": "Woodpecker",
    ".semaphore/semaphore.yml": "Semaphore",
    "appveyor.yml": "AppVeyor",
    ".appveyor.yml": "AppVeyor",
    "codemagic.yaml": "Codemagic",
    "wercker.yml": "Wercker",
    ".cirrus.yml": "Cirrus CI",
    ".circleci/config.yml": "CircleCI",
    ".circleci/config.yaml": "CircleCI",
    ".buildkite/pipeline.yml": "Buildkite",
    ".buildkite/pipeline.yaml": "Buildkite",
    ".harness/pipeline.yaml": "Harness",
    ".teamcity/settings.kts": "TeamCity",
    ".forgejo/workflows": "Forgejo Actions",
}
_ANYWHERE: Final = {
    "cloudbuild.yaml": "Google Cloud Build",
    "cloudbuild.yml": "Google Cloud Build",
    "Jenkinsfile": "Jenkins",
    "buildspec.yml": "AWS CodeBuild",
    "buildspec.yaml": "AWS CodeBuild",
    "azure-pipelines.yml": "Azure Pipelines",
}
_FOLDERS: Final = {
    ".buildkite/": "Buildkite",
    ".gitea/workflows/": "Gitea Actions",
    ".forgejo/workflows/": "Forgejo Actions",
    ".woodpecker/": "Woodpecker",
    ".azure-pipelines/": "Azure Pipelines",
    ".github/cloudbuild/": "Google Cloud Build",
}


@dataclass(frozen=True, slots=True)
class CiSystem:
    """A CI system that the repository is set up for.

    Attributes:
        name: its name, as its makers write it.
        place: the file that shows it.
    """

    name: str
    place: Place


def read(root: Root) -> Iterator[CiSystem]:
    """Yield each CI system once, at the first file that shows it."""
    seen: set[str] = set()
    for path, file in root.files.items():
        name = _name(path, file)
        if name and name not in seen:
            seen.add(name)
            yield CiSystem(name, file.place())


def _name(path: str, file: File) -> str:
    if path in _ROOT_FILES:
        return _ROOT_FILES[path]
    for folder, name in _FOLDERS.items():
        if path.startswith(folder) and file.suffix in {".yml", ".yaml", ".sh"}:
            return name
    parts = path.split("/")
    if file.name in _ANYWHERE and not {"examples", "docs", "test", "tests"} & set(parts):
        return _ANYWHERE[file.name]
    if parts[0] in {"ci", ".ci", "concourse"} and _is_concourse(file):
        return "Concourse"
    return ""


def _is_concourse(file: File) -> bool:
    if file.suffix not in {".yml", ".yaml"} or "jobs:" not in file.text:
        return False
    return "resources:" in file.text and "plan:" in file.text
