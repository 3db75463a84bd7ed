"""GitHub workflows: triggers, jobs, steps and the commands in them, with lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Final

from seatrial.model.place import Place
from seatrial.model.struct import field, struct
from seatrial.repo.commands.shell import Command
from seatrial.repo.expressions import fold, references
from seatrial.repo.files import File, Root
from seatrial.repo.steps import Step, Uses, uses_of
from seatrial.repo.yaml import Node, Trouble

FOLDER: Final = ".github/workflows"


__all__ = ["FOLDER", "Job", "Step", "Trigger", "Uses", "Workflow", "read", "uses_of"]


@struct
class Trigger:
    """One event that starts a workflow.

    Attributes:
        event: `push`, `pull_request`, `schedule`, `workflow_run`, `workflow_call`, ...
        branches: patterns; empty means every branch.
        tags_only: True when a push is limited to tags.
        workflows: for `workflow_run`, the names of the workflows that are waited for.
        crons: for `schedule`, the expressions.
        inputs: names of the inputs of `workflow_dispatch` or `workflow_call`.
    """

    event: str
    place: Place
    branches: tuple[str, ...] = ()
    tags_only: bool = False
    paths: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    workflows: tuple[str, ...] = ()
    crons: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()


@struct(eq=False)
class Job:
    """A job of a workflow."""

    workflow: Workflow
    id: str
    node: Node
    key_line: int

    @property
    def name(self) -> str:
        """Display name, or the id."""
        return self.node.at("name").text or self.id

    @property
    def place(self) -> Place:
        """Where the job's key stands."""
        return self.workflow.file.place(self.key_line)

    def place_of(self, *path: str | int) -> Place:
        """Place of a key below the job; the job's own when it is not there."""
        node = self.node
        line = self.key_line
        for step in path:
            line = node.line_of(step) if isinstance(step, str) and node.has(step) else line
            node = node.at(step)
            line = node.line if isinstance(step, int) and node else line
        return self.workflow.file.place(line)

    @cached_property
    def needs(self) -> tuple[str, ...]:
        """Ids of the jobs it waits for."""
        return tuple(n.text for n in self.node.at("needs").listed() if n.text)

    @property
    def condition(self) -> str:
        """Text of its `if`."""
        return self.node.at("if").text

    @cached_property
    def is_off(self) -> bool:
        """True when its `if` is constantly false, or a job that it needs is off."""
        return self.workflow.off(self.id)

    @property
    def runs_after_failure(self) -> bool:
        """True when its `if` lets it run although a needed job failed or was skipped."""
        text = self.condition
        return any(f"{name}()" in text for name in ("always", "failure", "cancelled"))

    @property
    def ignores_errors(self) -> bool:
        """True when its failure cannot fail the workflow."""
        return fold(self.node.at("continue-on-error").text or "false") is True

    @property
    def environment(self) -> str:
        """Name of the GitHub environment as written (may be an expression); empty without one."""
        node = self.node.at("environment")
        return node.text if node.kind == "scalar" else node.at("name").text

    @property
    def permissions(self) -> Node:
        """Its `permissions`, or the workflow's."""
        return self.node.at("permissions") or self.workflow.node.at("permissions")

    @property
    def services(self) -> Node:
        """Its service containers."""
        return self.node.at("services")

    @property
    def uses(self) -> Uses | None:
        """The reusable workflow that it calls."""
        return uses_of(self.workflow.file, self.node)

    @cached_property
    def matrix(self) -> dict[str, tuple[str, ...]]:
        """Axes of the matrix with their constant values (an axis that is computed is empty)."""
        axes: dict[str, list[str]] = {}
        node = self.node.at("strategy", "matrix")
        for axis, values in node.pairs():
            if axis in {"include", "exclude"}:
                for member in values.items():
                    for key, value in member.pairs():
                        axes.setdefault(key, []).append(value.text)
            else:
                axes.setdefault(axis, []).extend(v.text for v in values.items())
        return {axis: tuple(values) for axis, values in axes.items()}

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """Its steps as written, those that are constantly off left out."""
        default = self.node.at("defaults", "run", "shell").text
        default = default or self.workflow.node.at("defaults", "run", "shell").text
        made = (Step(self.workflow.file, n, default) for n in self.node.at("steps").items())
        return tuple(step for step in made if not step.is_off)

    @cached_property
    def all_steps(self) -> tuple[Step, ...]:
        """Its steps with those of local composite actions put in place of their call."""
        return tuple(self.workflow.expanded(self.steps))

    @cached_property
    def commands(self) -> tuple[Command, ...]:
        """Commands of all steps, composite actions included."""
        return tuple(c for step in self.all_steps for c in step.commands)

    @cached_property
    def text(self) -> str:
        """The job's lines as written, comments included."""
        return "\n".join(self.workflow.file.lines[self.key_line - 1 : self.node.end_line])

    @cached_property
    def secrets(self) -> tuple[tuple[str, Place], ...]:
        """Names of the secrets that the job reads, with the line of each use."""
        found: dict[str, Place] = {}
        for _, node in self.node.walk():
            if node.kind == "scalar" and "secrets." in node.text:
                for offset, line in enumerate(node.text.split("\n")):
                    for name in references(line, "secrets"):
                        at = self.workflow.file.place(node.content_line + offset)
                        found.setdefault(name, at)
        return tuple(found.items())

    @property
    def concurrency(self) -> Node:
        """Its `concurrency`, or the workflow's."""
        return self.node.at("concurrency") or self.workflow.node.at("concurrency")


@struct(eq=False, frozen=False)
class Workflow:
    """A file of `.github/workflows`.

    Attributes:
        actions: composite actions of the repository by folder, for expanding steps.
    """

    file: File
    node: Node
    actions: dict[str, tuple[Step, ...]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Display name, or the file's path, as `workflow_run` refers to it."""
        return self.node.at("name").text or self.file.path

    @property
    def place(self) -> Place:
        """The first line of the file."""
        return self.file.place(1)

    @cached_property
    def jobs(self) -> tuple[Job, ...]:
        """Jobs in the order of the file."""
        jobs = self.node.at("jobs")
        return tuple(
            Job(self, name, node, jobs.line_of(name))
            for name, node in jobs.pairs()
            if node.kind == "map"
        )

    def job(self, name: str) -> Job | None:
        """The job with this id."""
        return next((job for job in self.jobs if job.id == name), None)

    def off(self, name: str, seen: frozenset[str] = frozenset()) -> bool:
        """True when a job can never run: a constantly false `if`, here or in what it needs."""
        job = self.job(name)
        if job is None or name in seen:
            return False
        if fold(job.condition) is False:
            return True
        if job.runs_after_failure:
            return False
        return any(self.off(needed, seen | {name}) for needed in job.needs)

    def ancestors(self, job: Job) -> tuple[Job, ...]:
        """Jobs that must have succeeded before this one starts, near ones first."""
        found: dict[str, Job] = {}
        queue = list(job.needs)
        while queue:
            name = queue.pop(0)
            needed = self.job(name)
            if needed is not None and name not in found:
                found[name] = needed
                queue.extend(needed.needs)
        return tuple(found.values())

    @cached_property
    def triggers(self) -> tuple[Trigger, ...]:
        """Events that start it."""
        node = self.node.at("on")
        if node.kind == "map":
            return tuple(
                _trigger(self.file, event, body, node.line_of(event))
                for event, body in node.pairs()
            )
        return tuple(Trigger(n.text, self.file.place(n.line)) for n in node.listed() if n.text)

    def trigger(self, *events: str) -> Trigger | None:
        """The first trigger with one of these events."""
        return next((t for t in self.triggers if t.event in events), None)

    @property
    def is_reusable_only(self) -> bool:
        """True when only other workflows can start it."""
        return bool(self.triggers) and all(t.event == "workflow_call" for t in self.triggers)

    def expanded(self, steps: Sequence[Step], depth: int = 4) -> Iterator[Step]:
        """Yield steps with local composite actions expanded, at most `depth` levels."""
        for step in steps:
            yield step
            uses = step.uses
            if uses and uses.is_local and depth:
                folder = uses.local_path
                inner = [s for s in self.actions.get(folder, ()) if not s.is_off]
                yield from self.expanded(inner, depth - 1)


def read(root: Root) -> tuple[Workflow, ...]:
    """Read all workflows of a repository; a file that does not parse is noted and left out."""
    actions = _composite_actions(root)
    found: list[Workflow] = []
    for path, file in root.files.items():
        if not path.startswith(FOLDER + "/") or file.suffix not in {".yml", ".yaml"}:
            continue
        if path.count("/") != FOLDER.count("/") + 1:
            continue
        node = file.yaml.first
        if node.kind == "map" and node.at("jobs").kind == "map":
            found.append(Workflow(file, node, actions))
        elif file.yaml.trouble is None:
            root.note(path, Trouble(1, "not a workflow: it has no jobs"))
    return tuple(found)


def _composite_actions(root: Root) -> dict[str, tuple[Step, ...]]:
    found: dict[str, tuple[Step, ...]] = {}
    for file in root.files.values():
        if file.name in {"action.yml", "action.yaml"}:
            steps = file.yaml.first.at("runs", "steps").items()
            found[file.folder] = tuple(Step(file, node) for node in steps)
    return found


def _trigger(file: File, event: str, body: Node, line: int) -> Trigger:
    def texts(name: str) -> tuple[str, ...]:
        return tuple(n.text for n in body.at(name).listed())

    crons = tuple(m.at("cron").text for m in body.items()) if event == "schedule" else ()
    tags_only = body.has("tags") and not body.has("branches") and not body.has("branches-ignore")
    return Trigger(
        event,
        file.place(line),
        texts("branches"),
        tags_only,
        texts("paths"),
        texts("types"),
        texts("workflows"),
        crons,
        tuple(body.at("inputs").names()),
    )
