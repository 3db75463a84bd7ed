"""Task runners (make, npm, tox, ...): named tasks, and what a command that starts one runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from typing import Final

from seatrial.model.struct import field, replace, struct
from seatrial.repo.commands import taskcalls, taskfiles
from seatrial.repo.commands.command import Command
from seatrial.repo.commands.scripts import Scripts, joined
from seatrial.repo.commands.taskcalls import Call
from seatrial.repo.commands.tasks import Recipe, Task
from seatrial.repo.files import File, Root

__all__ = ["Recipe", "Task", "Tasks", "expand", "read", "tasks_by_name"]

MAX_COMMANDS: Final = 5_000
"""Commands that one expansion may yield; a hostile tangle of tasks ends there."""


class Tasks:
    """All tasks of one repository; a file is parsed when one of its tasks is first asked for."""

    def __init__(self, root: Root) -> None:
        """Keep the root; nothing is read yet."""
        self.root = root
        self._parsed: dict[str, tuple[Task, ...]] = {}

    @cached_property
    def files(self) -> tuple[tuple[str, File], ...]:
        """Files that declare tasks, each with its kind."""
        found = ((taskfiles.kind_of(file), file) for file in self.root.files.values())
        return tuple((kind, file) for kind, file in found if kind)

    @cached_property
    def all(self) -> tuple[Task, ...]:
        """Every task, file by file."""
        return tuple(task for kind, file in self.files for task in self.of(kind, file))

    def of(self, kind: str, file: File) -> tuple[Task, ...]:
        """Tasks of one file."""
        if file.path not in self._parsed:
            self._parsed[file.path] = tuple(taskfiles.parsed(kind, file))
        return self._parsed[file.path]

    def started(self, command: Command, folder: str | None = "") -> tuple[Task, ...]:
        """Tasks that a command starts, those they need first.

        Args:
            command: as parsed.
            folder: working directory from the root; None when it is computed at run time.
        """
        return tuple(
            task for call in taskcalls.calls(command, folder) for task in self._resolved(call)
        )

    def needed(self, task: Task) -> Iterator[Task]:
        """Tasks of the same file that run before a task."""
        siblings = self._parsed.get(task.file.path, ())
        for name in task.needs:
            yield from (s for s in siblings if s.name == name and s is not task)

    def _resolved(self, call: Call) -> Iterator[Task]:
        groups = [
            [t for t in self.of(kind, file) if t.runner in call.runners]
            for kind, file in self._candidates(call)
        ]
        for name in call.names:
            hits = [[t for t in group if t.name == name] for group in groups]
            if call.everywhere:
                yield from (t for group in hits for t in group)
            else:
                nearest = next((group for group in hits if group), [])
                yield from nearest
        if not call.names and groups and groups[0]:
            yield from _default(call, groups[0])

    def _candidates(self, call: Call) -> list[tuple[str, File]]:
        files = [(k, f) for k, f in self.files if k in call.kinds]
        if call.everywhere:
            return files
        if call.folder is None:
            return files if len(files) == 1 else []
        if call.file:
            path = joined(call.folder, call.file)
            return [(k, f) for k, f in files if f.path == path]
        here = [
            (k, f)
            for k, f in files
            if f.folder == call.folder and f.name.lower() in taskfiles.NAMES
        ]
        if "make" in call.kinds and any("include" in f.text for _, f in here):
            here += [(k, f) for k, f in files if f.suffix in taskfiles.SUFFIXES]
        parents = [(k, f) for k, f in files if call.climbs and _holds(f.folder, call.folder)]
        return here or sorted(parents, key=lambda pair: -len(pair[1].folder))


def _holds(parent: str, folder: str) -> bool:
    return not parent or folder == parent or folder.startswith(parent + "/")


def _default(call: Call, tasks: list[Task]) -> Iterator[Task]:
    """What a runner starts when no name is given."""
    if "make" in call.runners or "just" in call.runners:
        plain = [t for t in tasks if not t.name.startswith(".")]
        goal = tasks[0].file.line_of(".DEFAULT_GOAL")
        name = tasks[0].file.lines[goal - 1].rpartition("=")[2].strip() if goal else ""
        yield next((t for t in plain if t.name == name), (plain or tasks)[0])
    elif "task" in call.runners:
        yield from (t for t in tasks if t.name == "default")
    elif call.runs_all:
        yield from tasks


@lru_cache(maxsize=8)
def read(root: Root) -> Tasks:
    """The tasks of a repository."""
    return Tasks(root)


def tasks_by_name(tasks: Tasks) -> dict[str, tuple[Task, ...]]:
    """All tasks by their name; the same name may stand in several files."""
    found: dict[str, list[Task]] = {}
    for task in tasks.all:
        found.setdefault(task.name, []).append(task)
    return {name: tuple(members) for name, members in found.items()}


def expand(
    commands: Iterable[Command],
    tasks: Tasks,
    depth: int = 3,
    *,
    folder: str | None = "",
    scripts: Scripts | None = None,
) -> tuple[Command, ...]:
    """Commands, each followed by those of the tasks (and scripts) that it starts.

    What was followed keeps the line of the command that started it, and is masked when that was.

    Args:
        commands: of one shell, in order.
        tasks: of the repository that holds them.
        depth: how many calls deep; a task that calls itself is followed once.
        folder: working directory from the root; None when it is computed at run time.
        scripts: when given, shell scripts are followed too.
    """
    walk = _Walk(tasks, scripts)
    walk.shell(tuple(commands), folder, depth, None)
    return tuple(walk.out)


@struct(frozen=False)
class _Walk:
    """One expansion: what it yielded, and which tasks and scripts are being followed."""

    tasks: Tasks
    scripts: Scripts | None
    out: list[Command] = field(default_factory=list)
    active: list[str] = field(default_factory=list)
    own: str = ""

    def shell(
        self, commands: Sequence[Command], folder: str | None, depth: int, caller: Command | None
    ) -> None:
        start = folder
        for command in commands:
            if len(self.out) >= MAX_COMMANDS:
                return
            seen = _as_called(command, caller)
            self.out.append(seen)
            if command.program in {"cd", "pushd", "popd"}:
                folder = _moved(command, folder, start)
            elif depth > 0:
                self.follow(command, seen, folder, depth)

    def follow(self, command: Command, seen: Command, folder: str | None, depth: int) -> None:
        for task in self.tasks.started(command, folder):
            self.task(task, seen, depth)
        script = self.scripts.called(command, folder or "", self.own) if self.scripts else None
        if script and script.file.path not in self.active:
            before, self.own = self.own, script.file.folder
            self.active.append(script.file.path)
            self.shell(script.commands, folder, depth - 1, seen)
            self.active.pop()
            self.own = before

    def task(self, task: Task, caller: Command, depth: int) -> None:
        key = f"{task.file.path}:{task.runner}:{task.name}:{task.line}"
        if key in self.active or len(self.out) >= MAX_COMMANDS:
            return
        self.active.append(key)
        for needed in self.tasks.needed(task):
            self.task(needed, caller, depth)
        for group in task.shells:
            self.shell(group, task.folder, depth - 1, caller)
        self.active.pop()


def _as_called(command: Command, caller: Command | None) -> Command:
    if caller is None:
        return command
    return replace(
        command,
        line=caller.line,
        masked=command.masked or caller.masked,
        condition=command.condition or caller.condition,
    )


def _moved(command: Command, folder: str | None, start: str | None) -> str | None:
    target = command.words[0] if command.words else ""
    if command.program == "popd" or target in {"-", "..."}:
        return start
    if not target or target.startswith(("/", "~")) or "$" in target or "`" in target:
        root_words = ("$GITHUB_WORKSPACE", "${GITHUB_WORKSPACE}", "${{ github.workspace }}")
        return "" if target in root_words else None
    return None if folder is None else joined(folder, target).removeprefix(".").lstrip("/")
