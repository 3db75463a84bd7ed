"""Commands that start other commands: `sudo x`, `bash -c "x"`, `docker run image x`, `npx x`."""

from __future__ import annotations

import os.path
import shlex
from typing import Final

_PREFIXES: Final = {
    # program -> flags of it that take a value
    "sudo": {"-u", "--user", "-g", "-E"},
    "env": {"-u", "-C"},
    "time": set(),
    "nohup": set(),
    "exec": {"-a"},
    "command": set(),
    "builtin": set(),
    "nice": {"-n"},
    "timeout": {"-s", "-k", "--signal", "--kill-after"},
    "xargs": {"-n", "-I", "-P", "-L", "-d", "-a", "--max-args", "--max-procs"},
    "retry": set(),
    "stdbuf": {"-o", "-i", "-e"},
    "aws-vault": set(),
    "dotenv": set(),
}
_SHELLS: Final = {"bash", "sh", "zsh", "dash"}


Words = tuple[str, ...]
Assignments = tuple[tuple[str, str], ...]


def unprefixed(argv: Words, assigned: Assignments) -> tuple[Words, Assignments]:
    """Take off programs that only run another one, and the assignments that they carry."""
    found = list(assigned)
    while argv and (flags := _PREFIXES.get(os.path.basename(argv[0]))) is not None:
        rest = list(argv[1:])
        while rest and (rest[0].startswith("-") or "=" in rest[0].partition("/")[0]):
            word = rest.pop(0)
            if not word.startswith("-"):
                name, _, value = word.partition("=")
                found.append((name, value))
            elif word in flags and rest:
                rest.pop(0)
        if os.path.basename(argv[0]) == "timeout" and rest:
            rest.pop(0)
        if not rest:
            break
        argv = tuple(rest)
    return argv, tuple(found)


def inline_script(program: str, argv: Words) -> str:
    """Text of the script that a command carries in its arguments; empty when it carries none."""
    if program in _SHELLS and "-c" in argv[1:]:
        index = argv.index("-c")
        return argv[index + 1] if index + 1 < len(argv) else ""
    if program in _SHELLS:
        flagged = [i for i, w in enumerate(argv[1:-1], 1) if w.startswith("-") and w.endswith("c")]
        return argv[flagged[0] + 1] if flagged else ""
    if program == "eval":
        return " ".join(argv[1:])
    if program == "ssh":
        words = [w for w in argv[1:] if not w.startswith("-")]
        return " ".join(words[1:])
    if program in {"docker", "docker-compose", "podman"} and {"run", "exec"} & set(argv):
        return _in_container(argv)
    if program == "kubectl" and "--" in argv:
        return ""
    if program in {
        "poetry",
        "pipenv",
        "uv",
        "hatch",
        "pdm",
        "rye",
        "bundle",
        "npx",
        "pnpx",
        "bunx",
    }:
        return _through_runner(argv)
    return ""


def _in_container(argv: Words) -> str:
    verb = next(i for i, w in enumerate(argv) if w in {"run", "exec"})
    takes_value = {
        "-e",
        "--env",
        "-v",
        "--volume",
        "-w",
        "--workdir",
        "-u",
        "--user",
        "--name",
        "-p",
        "--publish",
        "--network",
        "--env-file",
        "--entrypoint",
        "-l",
        "--mount",
    }
    rest = list(argv[verb + 1 :])
    while rest and rest[0].startswith("-"):
        word = rest.pop(0)
        if word in takes_value and rest:
            rest.pop(0)
    return " ".join(_quoted(w) for w in rest[1:])


def _through_runner(argv: Words) -> str:
    rest = list(argv[1:])
    if argv[0] not in {"npx", "pnpx", "bunx"}:
        if not rest or rest[0] not in {"run", "exec"}:
            return ""
        rest.pop(0)
    takes_value = {"--with", "--group", "--extra", "-p", "--python", "--package", "-e"}
    while rest and rest[0].startswith("-"):
        word = rest.pop(0)
        if word in takes_value and rest:
            rest.pop(0)
    return " ".join(_quoted(w) for w in rest)


def _quoted(word: str) -> str:
    return word if word.startswith("$") else shlex.quote(word)
