"""What stands in Dockerfile instructions: words, assignments, commands in exec and shell form."""

from __future__ import annotations

import json
import shlex
from typing import Final

from seatrial.repo.code.dockerlines import Instruction
from seatrial.repo.commands import shell
from seatrial.repo.commands.command import Command

_NAME: Final = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
_WRAPPERS: Final = frozenset(
    "tini dumb-init catatonit opentelemetry-instrument ddtrace-run newrelic-admin exec env setpriv"
    " nice dotenv doppler chamber".split()
)
_RUNNERS: Final = frozenset("uv poetry pipenv bundle pdm hatch rye npx pnpm".split())
_USER_WRAPPERS: Final = frozenset({"gosu", "su-exec"})
_INTERPRETERS: Final = {"js": "node", "mjs": "node", "cjs": "node", "jar": "java", "py": "python"}
_SETUP: Final = frozenset(
    "cd export set source . echo mkdir chown chmod sleep printf test [ [[ true : cat".split()
)


def exec_form(text: str) -> tuple[str, ...] | None:
    """Words of `["a", "b"]`; None for the shell form."""
    flat = text.replace("\\\n", " ").strip()
    if not flat.startswith("["):
        return None
    try:
        words = json.loads(flat)
    except (ValueError, RecursionError):
        return None
    if isinstance(words, list) and all(isinstance(word, str) for word in words):
        return tuple(words)
    return None


def words(text: str) -> list[str]:
    """Words of an instruction that has a list or plain words."""
    listed = exec_form(text)
    if listed is not None:
        return list(listed)
    flat = text.replace("\\\n", " ")
    try:
        return shlex.split(flat)
    except ValueError:
        return flat.split()


def assignments(text: str) -> list[tuple[str, str]]:
    """Names and values of ENV and ARG (`A=b C=d`, `A b`, `A`)."""
    flat = text.replace("\\\n", " ").strip()
    first = flat.partition(" ")[0]
    if "=" not in first:
        name, _, value = flat.partition(" ")
        return [(name, value.strip())] if name else []
    return [(n, v) for n, equals, v in (w.partition("=") for w in words(flat)) if equals or n]


def filled(text: str, values: dict[str, str]) -> str:
    """A text with `$X`, `${X}` and `${X:-default}` replaced where a value is known."""
    out: list[str] = []
    rest = text
    while True:
        head, dollar, rest = rest.partition("$")
        out.append(head)
        if not dollar:
            return "".join(out)
        if rest.startswith("{") and "}" in rest:
            inside, _, rest = rest[1:].partition("}")
            written = f"${{{inside}}}"
        else:
            inside = rest[: len(rest) - len(rest.lstrip(_NAME))]
            written, rest = f"${inside}", rest[len(inside) :]
        name, _, default = inside.replace(":-", "-").partition("-")
        out.append(values.get(name) or default or written)


def run_commands(instruction: Instruction) -> list[Command]:
    """Commands of a RUN, with lines of the file."""
    text, line = _unflagged(instruction.text), instruction.line
    listed = exec_form(text)
    if listed is not None:
        return list(shell.parse(shlex.join(listed), line).commands)
    found: list[Command] = []
    head = text.partition("<<")[0].strip() if instruction.heredocs else text
    if head:
        found.extend(shell.parse(head, line).commands)
    shellish = not head or head.split()[0] in {"bash", "sh", "/bin/bash", "/bin/sh", "cat"}
    for heredoc in instruction.heredocs:
        if not head or (shellish and "cat" not in head):
            found.extend(shell.parse(heredoc.text, heredoc.line, errexit=False).commands)
    return found


def _unflagged(text: str) -> str:
    rest = text.lstrip()
    skipped = ""
    while rest.startswith("--"):
        # A flag may be followed by a line break, which counts for positions.
        flag = rest.split(maxsplit=1)[0]
        behind = rest[len(flag) :]
        rest = behind.lstrip(" \\\n")
        skipped += "\\\n" * behind[: len(behind) - len(rest)].count("\n")
    return skipped + rest


def start_commands(entry: Instruction | None, command: Instruction | None) -> tuple[Command, ...]:
    """Commands of ENTRYPOINT and CMD together, as the container would start them."""
    entry_words = exec_form(entry.text) if entry else None
    if entry and entry_words is None:
        return shell.parse(entry.text, entry.line).commands
    command_words = exec_form(command.text) if command else None
    if command and command_words is None:
        inner = shell.parse(command.text, command.line).commands
        outer = (Command(entry_words, entry.line),) if entry and entry_words else ()
        return (*outer, *inner)
    joined = (*(entry_words or ()), *(command_words or ()))
    holder = entry or command
    if not joined or holder is None:
        return ()
    return shell.parse(shlex.join(joined), holder.line).commands


def start_program(commands: tuple[Command, ...]) -> str:
    """Name of the program behind wrappers; the last command that is more than preparation."""
    names = [name for c in commands if (name := _served(list(c.argv)))]
    return next((n for n in reversed(names) if n not in _SETUP), "")


def _served(argv: list[str]) -> str:
    while argv:
        program = argv[0].rpartition("/")[2]
        rest = argv[1:]
        if program in _USER_WRAPPERS:
            argv = rest[1:]
        elif program in _WRAPPERS or (program.endswith(".sh") and _has_program(rest)):
            argv = _unoptioned(rest)
        elif program in _RUNNERS and rest[:1] in (["run"], ["exec"]):
            argv = _unoptioned(rest[1:])
        elif program.startswith("python") and rest[:1] == ["-m"]:
            argv = rest[1:]
        elif program in {"sh", "bash", "ash", "dash"} and "-c" in rest:
            return ""
        else:
            # A bare script is an argument of the base image's entry point.
            return _INTERPRETERS.get(program.rpartition(".")[2], program)
    return ""


def _has_program(rest: list[str]) -> bool:
    return bool(rest) and not rest[0].startswith("-")


def _unoptioned(rest: list[str]) -> list[str]:
    while rest and (rest[0].startswith("-") or "=" in rest[0] or rest[0] == "run-program"):
        rest = rest[1:]
    return rest
