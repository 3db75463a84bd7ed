"""All audited repositories as one view; each kind of file is read when somebody first asks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from seatrial.repo import workflows as _workflows
from seatrial.repo.commands.shell import Command
from seatrial.repo.files import File, FileTrouble, Root
from seatrial.repo.workflows import Job, Workflow

if TYPE_CHECKING:
    from seatrial.repo.ci import CiSystem
    from seatrial.repo.code.compose import Compose
    from seatrial.repo.code.dependencies import Dependency
    from seatrial.repo.code.dockerfiles import Dockerfile
    from seatrial.repo.code.testsuites import Suite
    from seatrial.repo.commands.makefiles import Tasks
    from seatrial.repo.commands.scripts import Scripts
    from seatrial.repo.docs.markdown import Document
    from seatrial.repo.git.history import History, Pending
    from seatrial.repo.infrastructure.terraform import HelmRelease, Terraform
    from seatrial.repo.kubernetes.charts import Chart
    from seatrial.repo.kubernetes.manifests import Manifest

T = TypeVar("T")


class Repository:
    """The repositories of one system, usually the application and its infrastructure.

    Attributes:
        roots: the repositories on disk.
    """

    def __init__(self, roots: Sequence[Root]) -> None:
        """Keep the roots; nothing is read yet."""
        self.roots = tuple(roots)
        self._tasks: dict[Root, Tasks] = {}
        self._followed: dict[
            tuple[int, Root, str | None], tuple[Sequence[Command], tuple[Command, ...]]
        ] = {}
        self._scripts: dict[Root, Scripts] = {}

    def files(self) -> Iterator[File]:
        """All files of all repositories."""
        for root in self.roots:
            yield from root.files.values()

    def file(self, path: str, near: File | None = None) -> File | None:
        """The file at a path, first in the repository of `near`, then in the others."""
        roots = [near.root, *(r for r in self.roots if r is not near.root)] if near else self.roots
        return next((r.files[path] for r in roots if path in r.files), None)

    def lost(self) -> Iterator[tuple[str, FileTrouble]]:
        """Troubles that hide content, each with the kind of file it concerns."""
        for root in self.roots:
            for trouble in root.troubles:
                if trouble.lost:
                    yield _kind(trouble.place.path), trouble

    def _gather(self, read: Callable[[Root], Iterable[T]]) -> tuple[T, ...]:
        return tuple(item for root in self.roots for item in read(root))

    @cached_property
    def workflows(self) -> tuple[Workflow, ...]:
        """GitHub workflows."""
        return self._gather(_workflows.read)

    def called(self, job: Job) -> Workflow | None:
        """The local reusable workflow that a job calls."""
        uses = job.uses
        if uses is None or not uses.is_local:
            return None
        path = uses.local_path
        root = job.workflow.file.root
        return next(
            (w for w in self.workflows if w.file.root is root and w.file.path == path), None
        )

    def callers(self, workflow: Workflow) -> tuple[Job, ...]:
        """Jobs that call a reusable workflow."""
        return tuple(
            job
            for other in self.workflows
            if other.file.root is workflow.file.root
            for job in other.jobs
            if self.called(job) is workflow
        )

    @cached_property
    def charts(self) -> tuple[Chart, ...]:
        """Helm charts, vendored subcharts left to their parents."""
        from seatrial.repo.kubernetes import charts

        return charts.read(self.roots)

    @cached_property
    def manifests(self) -> tuple[Manifest, ...]:
        """Kubernetes objects: raw, from kustomize overlays, and rendered from charts."""
        from seatrial.repo.kubernetes import objects

        return objects.read(self.roots, self.charts)

    @cached_property
    def terraform(self) -> Terraform:
        """Terraform and OpenTofu modules, states and variable files."""
        from seatrial.repo.infrastructure import terraform

        return terraform.read(self.roots)

    @cached_property
    def helm_releases(self) -> tuple[HelmRelease, ...]:
        """`helm_release` resources of Terraform."""
        from seatrial.repo.infrastructure import terraform

        return terraform.helm_releases(self.terraform)

    def begin(self) -> None:
        """Start what takes longest, beside the parsing: git's history and Helm's library."""
        if any(file.name == "Chart.yaml" for file in self.files()):
            from seatrial.repo.kubernetes import helm

            helm.preload()
        _ = self._pending

    def warm(self) -> None:
        """Read what nearly every practice asks for and no chart is needed for.

        Called while Helm's library loads beside it; a file that breaks is noted as everywhere.
        """
        _ = (self.workflows, self.terraform.modules, self.dependencies, self.dockerfiles)

    @cached_property
    def _pending(self) -> tuple[Pending, ...]:
        from seatrial.repo.git import history

        return tuple(history.start(root) for root in self.roots)

    @cached_property
    def histories(self) -> tuple[tuple[Root, History], ...]:
        """For each repository what git's history holds, by path."""
        return tuple(
            (root, pending.result())
            for root, pending in zip(self.roots, self._pending, strict=True)
        )

    @cached_property
    def documents(self) -> tuple[Document, ...]:
        """Documents: Markdown, reStructuredText, AsciiDoc."""
        from seatrial.repo.docs import markdown

        return self._gather(markdown.read)

    @cached_property
    def dockerfiles(self) -> tuple[Dockerfile, ...]:
        """Dockerfiles."""
        from seatrial.repo.code import dockerfiles

        return self._gather(dockerfiles.read)

    @cached_property
    def compose(self) -> tuple[Compose, ...]:
        """Compose files."""
        from seatrial.repo.code import compose

        return self._gather(compose.read)

    @cached_property
    def dependencies(self) -> tuple[Dependency, ...]:
        """Dependencies that the manifests of all languages declare."""
        from seatrial.repo.code import dependencies

        return self._gather(dependencies.read)

    @cached_property
    def suites(self) -> tuple[Suite, ...]:
        """Test suites."""
        from seatrial.repo.code import testsuites

        return self._gather(testsuites.read)

    @cached_property
    def ci_systems(self) -> tuple[CiSystem, ...]:
        """CI systems other than GitHub Actions."""
        from seatrial.repo import ci

        return self._gather(ci.read)

    def followed(
        self, commands: Sequence[Command], near: File, folder: str | None = ""
    ) -> tuple[Command, ...]:
        """Commands, each followed by those of the tasks and scripts that it starts.

        Args:
            commands: as written, for example in one step of a workflow.
            near: the file that holds them; tasks and scripts of its repository are followed.
            folder: working directory from the root; None when only the run knows it.
        """
        from seatrial.repo.commands import makefiles

        if not commands:
            return ()
        # Practices ask for the same steps again; the tuple is kept, so its id stays its own.
        key = (id(commands), near.root, folder)
        known = self._followed.get(key)
        if known is None:
            tasks, scripts = self.tasks(near.root), self.scripts(near.root)
            made = makefiles.expand(commands, tasks, folder=folder, scripts=scripts)
            self._followed[key] = known = (commands, made)
        return known[1]

    def tasks(self, root: Root) -> Tasks:
        """Named tasks of a repository: make, npm, tox and their like."""
        from seatrial.repo.commands import makefiles

        if root not in self._tasks:
            self._tasks[root] = makefiles.read(root)
        return self._tasks[root]

    def scripts(self, root: Root) -> Scripts:
        """Shell scripts of a repository."""
        from seatrial.repo.commands import scripts

        if root not in self._scripts:
            self._scripts[root] = scripts.read(root)
        return self._scripts[root]


def _kind(path: str) -> str:
    name = path.rpartition("/")[2].lower()
    if path.startswith(".github/workflows/"):
        return "workflows"
    if name.endswith((".tf", ".tofu", ".tfvars", ".hcl", ".tfstate")):
        return "terraform"
    if name.endswith((".yaml", ".yml", ".tpl")):
        return "kubernetes"
    return "docs" if name.endswith((".md", ".rst")) else "code"
