"""Every kind of bad input: one clear line with place and hint, and the right exit code."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.terminal import Terminal

LAUGHS = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30)
)


def spec(text: str) -> Callable[[Path], None]:
    return lambda folder: put(folder / "harbour" / "seatrial.yaml", text)


def put(file: Path, text: str | bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode() if isinstance(text, str) else text)


def nothing(_: Path) -> None: ...


# What is prepared, the words, the exit code, what the error line says, what the hint says.
ERRORS: dict[str, tuple[Callable[[Path], None], list[str], int, str, str]] = {
    "missing folder": (nothing, ["./none"], 2, "none: no such folder", "folder"),
    "missing beside a good one": (nothing, ["harbour", "./no"], 2, "no: no such folder", "folder"),
    "file": (nothing, ["harbour/north/a.buoy"], 2, "a.buoy: not a folder", "folder"),
    "empty folder": (lambda f: (f / "e").mkdir(), ["e"], 2, "e: no files to audit", "folder"),
    "link loop": (
        lambda f: (f / "l").symlink_to("l"),
        ["l"],
        2,
        "l: a link that leads back",
        "folder",
    ),
    "unknown practice": (nothing, ["harbour", "bouys"], 2, "'bouys' is neither", "mean buoys"),
    "practice with underscore": (nothing, ["light_houses"], 2, "neither", "mean light-houses"),
    "rule": (nothing, ["buoys/broken"], 2, "neither", "explain buoys/broken"),
    "number": (nothing, ["99"], 2, "'99' is neither", "seatrial practices"),
    "environment": (nothing, ["harbour", "--env", "x"], 2, "no environment is called 'x'", "init"),
    "flag": (nothing, ["harbour", "--fromat", "json"], 2, "--fromat", "--format"),
    "format": (nothing, ["harbour", "--format", "jsn"], 2, "invalid choice", "json"),
    "severity": (nothing, ["harbour", "--fail-on", "hihg"], 2, "invalid choice", "high"),
    "output": (nothing, ["harbour", "--output", "no/x.json"], 2, "cannot be written", "folder"),
    "output is a folder": (nothing, ["harbour", "--output", "harbour"], 2, "is a folder", "file"),
    "baseline": (nothing, ["harbour", "--baseline", "b"], 2, "b: no such file", "--write-baseline"),
    "no baseline to write": (nothing, ["--write-baseline"], 2, "needs a file", "--baseline"),
    "fleet of sarif": (nothing, ["--fleet", "x", "--format", "sarif"], 2, "no sarif", "json"),
    "no fleet": (nothing, ["--fleet", "x"], 2, "x: no such file", "YAML file"),
    "config": (nothing, ["harbour", "--config", "x.yaml"], 2, "x.yaml: no such file", "YAML"),
    "unknown key": (spec("nam: x\n"), ["harbour"], 2, "seatrial.yaml:1: unknown key 'nam'", "name"),
    "tabs": (spec("name:\n\tx: y\n"), ["harbour"], 2, "seatrial.yaml:2: not valid YAML", ""),
    "merge": (
        spec("<<<<<<< a\nname: x\n=======\n>>>>>>> b\n"),
        ["harbour"],
        2,
        "seatrial.yaml:1: merge conflict",
        "finish",
    ),
    "twice": (spec("name: a\nname: b\n"), ["harbour"], 2, "seatrial.yaml:2: 'name' stands", "keep"),
    "laughs": (spec(LAUGHS), ["harbour"], 2, "seatrial.yaml:1: unknown key 'a0'", "known are"),
    "waiver": (
        spec("waivers:\n- {rule: buoys/*, owner: x, expires: 2999-01-01}\n"),
        ["harbour"],
        2,
        "seatrial.yaml:2: waivers[0]: reason is missing",
        "why",
    ),
}


@pytest.mark.parametrize("name", ERRORS)
def test_bad_words_and_files_are_said_in_two_lines(terminal: Terminal, name: str) -> None:
    prepare, words, code, message, hint = ERRORS[name]
    prepare(terminal.folder)
    seen = terminal.run("audit", *words)
    errors = seen.err.splitlines()
    assert len(errors) == 2, seen.err
    assert errors[0].startswith("error: ")
    assert message in errors[0]
    assert errors[1].startswith("hint: ")
    assert hint in errors[1]
    assert seen.code == code
    assert bool(seen.out) is ("good one" in name)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_folder_is_said(terminal: Terminal) -> None:
    closed = terminal.folder / "closed"
    closed.mkdir(mode=0)
    seen = terminal.run("audit", "closed")
    assert (seen.code, seen.err.splitlines()[0]) == (2, "error: closed: cannot be read")


def git(folder: Path, *words: str) -> None:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    subprocess.run(["git", "-C", str(folder), *identity, *words], check=True, capture_output=True)


def bare(folder: Path) -> None:
    git(folder / "harbour", "init", "-q")


# What lies in the repository; the audit goes on around it, and these words are on the screen.
AROUND: dict[str, tuple[Callable[[Path], None], list[str]]] = {
    "without git": (nothing, ["buoy two is broken"]),
    "without commits": (bare, ["buoy two is broken"]),
    "huge": (lambda f: os.truncate(touch(f / "harbour" / "x.buoy"), 100 << 20), ["over 5 MiB"]),
    "no UTF-8": (
        lambda f: put(f / "harbour" / "x.buoy", b"a\nBROKEN \xff\n"),
        ["x.buoy:2", "not valid UTF-8", "buoy two is broken"],
    ),
    "no UTF-8 in a name": (
        lambda f: put(Path(os.fsdecode(bytes(f / "harbour") + b"/\xff.buoy")), "BROKEN x\n"),
        ["buoy two is broken", "buoy x is broken"],
    ),
    "escapes in a name": (
        lambda f: put(f / "harbour" / "\x1b[31m.buoy", "BROKEN \x1b[2Jx\n"),
        ["buoy two is broken"],
    ),
    "link loop": (
        lambda f: (f / "harbour" / "up").symlink_to(".."),
        ["buoy two is broken"],
    ),
    "a fault of ours": (
        lambda f: put(f / "harbour" / "x.buoy", "EXPLODE\n"),
        ["internal error in buoys/placed (KeyError at buoys/audit.py:", "buoy two is broken"],
    ),
    "same role twice": (
        lambda f: put(f / "second" / "b.buoy", "BROKEN three\n"),
        ["read as one system", "buoy two is broken", "buoy three is broken"],
    ),
    "same path twice": (nothing, ["lies in", "audited once", "buoy two is broken"]),
    "empty beside a good one": (lambda f: (f / "e").mkdir(), ["e: no files", "buoy two is broken"]),
}
PATHS = {
    "same role twice": ["harbour", "second"],
    "same path twice": ["harbour", "./harbour/north"],
    "empty beside a good one": ["harbour", "e"],
}


def touch(file: Path) -> Path:
    file.touch()
    return file


@pytest.mark.parametrize("name", AROUND)
def test_the_rest_of_the_audit_goes_on(terminal: Terminal, name: str) -> None:
    prepare, expected = AROUND[name]
    prepare(terminal.folder)
    seen = terminal.run("audit", *PATHS.get(name, ["harbour"]), "--details", COLUMNS="120")
    flat = " ".join(seen.out.split())
    for words in expected:
        assert words in flat
    assert (seen.code, seen.err) == (0, "")
    assert "\x1b" not in seen.out
    assert "s3cret" not in seen.out
    for report in ("json", "sarif", "junit", "markdown", "html", "github"):
        assert terminal.run("audit", *PATHS.get(name, ["harbour"]), "--format", report).code == 0
