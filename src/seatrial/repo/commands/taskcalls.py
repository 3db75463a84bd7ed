"""Which tasks a command asks a task runner for: `make -C api test`, `npm run build`, ..."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from seatrial.model.struct import struct
from seatrial.repo.commands.command import Command
from seatrial.repo.commands.scripts import joined


@struct
class Call:
    """A request to a task runner.

    Attributes:
        runners: whose tasks are meant.
        kinds: kinds of the files that declare them.
        names: names of the tasks; empty means the runner's default.
        folder: where the runner looks; None when computed at run time.
        file: the file it is told to read.
        everywhere: every file of the kind is asked (workspaces, monorepo runners).
        climbs: the runner looks in parent folders too.
        runs_all: without a name all tasks run (tox, nox).
    """

    runners: frozenset[str]
    kinds: frozenset[str]
    names: tuple[str, ...]
    folder: str | None
    file: str = ""
    everywhere: bool = False
    climbs: bool = False
    runs_all: bool = False


_NPM_VERBS: Final = frozenset(
    "install ci i add remove publish pack audit update outdated exec init login config version link"
    " dlx cache create info view why set import node upgrade"
    " up".split()
)
_NPM_BARE: Final = frozenset({"t", "tst", "test", "start", "stop", "restart"})
_NPM_SHORT: Final = {"t": "test", "tst": "test"}
_MONOREPO: Final = frozenset({"nx", "turbo", "lerna"})


def calls(command: Command, folder: str | None) -> Iterator[Call]:
    """Yield what a command asks of task runners; nothing for any other command."""
    reader = _READERS.get(command.program)
    if reader is None and command.program.startswith("python") and "-m" in command.argv[:2]:
        reader = _READERS.get(command.argv[2]) if len(command.argv) > 2 else None  # noqa: PLR2004 # `python -m x`
        if reader in {_tox, _nox}:
            command = Command(command.argv[2:], command.line)
            yield from reader(command, folder)
        return
    if reader is not None:
        yield from reader(command, folder)


def _at(folder: str | None, written: str | None) -> str | None:
    if not written:
        return folder
    if "$" in written or folder is None or written.startswith("/"):
        return None
    found = joined(folder, written)
    return "" if found == "." else found


def _make(command: Command, folder: str | None) -> Iterator[Call]:
    names = tuple(w for w in command.words if "=" not in w and "$" not in w)
    given = any("$" in w for w in command.words if "=" not in w)
    where = _at(folder, command.flag("-C", "--directory"))
    file = command.flag("-f", "--file", "--makefile") or ""
    if names or not given:
        yield Call(frozenset({"make"}), frozenset({"make"}), names, where, file)


def _just(command: Command, folder: str | None) -> Iterator[Call]:
    where = _at(folder, command.flag("-d", "--working-directory"))
    file = command.flag("-f", "--justfile") or ""
    values = {command.flag("-d", "--working-directory"), file}
    names = tuple(w for w in command.words if w not in values)[:1]
    yield Call(frozenset({"just"}), frozenset({"just"}), names, where, file, climbs=True)


def _task(command: Command, folder: str | None) -> Iterator[Call]:
    where = _at(folder, command.flag("-d", "--dir"))
    file = command.flag("-t", "--taskfile") or ""
    values = {command.flag("-d", "--dir"), file}
    names = tuple(w for w in command.words if "=" not in w and w not in values)
    yield Call(frozenset({"task"}), frozenset({"task"}), names, where, file, climbs=True)


def _npm(command: Command, folder: str | None) -> Iterator[Call]:
    words = list(command.words)
    where = _at(folder, command.flag("--prefix", "--cwd", "-C", "--dir"))
    selected = command.flag("-w", "--workspace", "--filter", "-F") is not None
    everywhere = selected or bool({"--workspaces", "-ws", "-r", "--recursive"} & set(command.argv))
    if words[:1] in (["workspace"], ["workspaces"]):
        words, everywhere = words[2 if words[0] == "workspace" else 1 :], True
        if words[:1] == ["foreach"]:
            words.pop(0)
    if words[:1] in (["run"], ["run-script"], ["rum"]):
        words.pop(0)
    elif not words or words[0] in _NPM_VERBS or _is_program(command.program, words[0]):
        return
    if words and (command.program != "bun" or words[0] != "test"):
        name = _NPM_SHORT.get(words[0], words[0])
        names = (name, f"post{name}")
        npm = frozenset({"npm"})
        yield Call(npm, npm, names, where, everywhere=everywhere, climbs=not everywhere)


def _is_program(program: str, word: str) -> bool:
    # Only yarn and pnpm run a script by its bare name.
    return program in {"npm", "bun"} and word not in _NPM_BARE


def _monorepo(command: Command, folder: str | None) -> Iterator[Call]:
    words = [w for w in command.words if w not in {"run", "run-many", "affected", "exec"}]
    targets = (command.flag("-t", "--target", "--targets") or "").split(",")
    names = tuple(n.rpartition(":")[2] for n in [*filter(None, targets), *words])
    npm = frozenset({"npm"})
    if names:
        yield Call(npm, npm, names, folder, everywhere=True)


def _composer(command: Command, folder: str | None) -> Iterator[Call]:
    words = [w for w in command.words if w not in {"run", "run-script"}]
    where = _at(folder, command.flag("-d", "--working-dir"))
    composer = frozenset({"composer"})
    if words:
        yield Call(composer, composer, (words[0],), where)


def _tox(command: Command, folder: str | None) -> Iterator[Call]:
    asked = command.flag("-e", "--env") or ""
    names = tuple(n for n in asked.split(",") if n)
    # `tox -e py311` without a section of its own runs the shared commands.
    yield Call(
        frozenset({"tox"}),
        frozenset({"tox", "pyproject"}),
        tuple("py" if n.startswith("py3") else n for n in names),
        folder,
        command.flag("-c") or "",
        runs_all=True,
    )


def _nox(command: Command, folder: str | None) -> Iterator[Call]:
    asked = command.flag("-s", "--session", "--sessions", "-e") or ""
    # `tests-3.11` and `tests(django=4)` are the session `tests`.
    name = asked.partition("(")[0]
    head, dash, tail = name.rpartition("-")
    names = (head if dash and tail[:1].isdigit() else name,) if name else ()
    nox = frozenset({"nox"})
    yield Call(nox, nox, names, folder, runs_all=True)


def _python(runner: str, words: list[str], folder: str | None) -> Iterator[Call]:
    if words:
        yield Call(frozenset({runner}), frozenset({"pyproject"}), (words[0],), folder, climbs=True)


def _poe(command: Command, folder: str | None) -> Iterator[Call]:
    return _python("poe", list(command.words), _at(folder, command.flag("-C", "--root")))


def _running(runner: str) -> Callable[[Command, str | None], Iterator[Call]]:
    def read(command: Command, folder: str | None) -> Iterator[Call]:
        words = list(command.words)
        if runner == "hatch" and words[:1] == ["test"]:
            return iter(())
        if words[:1] != ["run"]:
            return iter(())
        return _python(runner, words[1:], folder)

    return read


_READERS: Final[dict[str, Callable[[Command, str | None], Iterator[Call]]]] = {
    "make": _make,
    "gmake": _make,
    "just": _just,
    "task": _task,
    "go-task": _task,
    "npm": _npm,
    "yarn": _npm,
    "pnpm": _npm,
    "bun": _npm,
    "composer": _composer,
    "tox": _tox,
    "nox": _nox,
    "poe": _poe,
    "poethepoet": _poe,
    **dict.fromkeys(_MONOREPO, _monorepo),
    **{name: _running(name) for name in ("hatch", "pdm", "rye", "pixi")},
}
