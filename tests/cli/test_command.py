"""The command's promises: streams, exit codes, files, signals, speed."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import pytest

from seatrial import __version__
from tests.cli.terminal import START, Terminal, environment


def test_a_throwaway_practice_shows_up_and_leaves_no_trace(
    terminal: Terminal, real: Terminal
) -> None:
    assert "light-houses" in terminal.run("practices").out
    assert "light-houses" in terminal.run("schema", "spec").out
    assert "light-houses" in terminal.run("explain", "91").out
    assert "light-houses" in terminal.run("audit", "harbour").out
    assert "light-houses" not in real.run("practices").out
    assert real.run("explain", "91").code == 2


@pytest.mark.parametrize(
    ("flags", "code"),
    [
        ([], 0),
        (["--fail-on", "none"], 0),
        (["--fail-on", "critical"], 0),
        (["--fail-on", "high"], 1),
        (["--fail-on", "low"], 1),
        (["--strict"], 0),
    ],
)
def test_the_exit_code_answers_the_question(
    terminal: Terminal, flags: list[str], code: int
) -> None:
    assert terminal.run("audit", "harbour", *flags).code == code


def test_strict_exits_3_for_what_is_unknown(terminal: Terminal) -> None:
    (terminal.folder / "harbour" / "x.buoy").write_text("EXPLODE\n")
    assert terminal.run("audit", "harbour").code == 0
    assert terminal.run("audit", "harbour", "--strict").code == 3
    assert terminal.run("audit", "harbour", "--strict", "--fail-on", "high").code == 1


def test_an_expired_waiver_fails_without_any_flag(terminal: Terminal) -> None:
    text = "waivers: [{rule: buoys/broken, reason: x, owner: y, expires: 2020-01-01}]\n"
    (terminal.folder / "harbour" / "seatrial.yaml").write_text(text)
    seen = terminal.run("audit", "harbour")
    assert seen.code == 1
    assert "EXPIRED on 2020-01-01" in " ".join(seen.out.split())


def test_a_word_that_is_a_practice_and_a_folder_is_the_practice(terminal: Terminal) -> None:
    (terminal.folder / "buoys").mkdir()
    (terminal.folder / "buoys" / "x.buoy").write_text("BROKEN three\n")
    seen = terminal.run("audit", "harbour", "buoys", "--format", "json")
    document = json.loads(seen.out)
    assert [p["id"] for p in document["practices"]] == ["buoys"]
    assert [r["path"] for r in document["repositories"]] == ["harbour"]
    seen = terminal.run("audit", "--format", "json", "./buoys", "91")
    document = json.loads(seen.out)
    assert [p["id"] for p in document["practices"]] == ["light-houses"]
    assert [r["name"] for r in document["repositories"]] == ["buoys"]


def test_flags_may_stand_between_words(terminal: Terminal) -> None:
    seen = terminal.run("audit", "90", "--format", "json", "harbour")
    assert len(json.loads(seen.out)["practices"]) == 1


def test_json_follows_its_published_schema(terminal: Terminal) -> None:
    schema = json.loads(terminal.run("schema", "audit").out)
    jsonschema.Draft7Validator(schema).validate(
        json.loads(terminal.run("audit", "harbour", "--format", "json").out)
    )
    jsonschema.Draft7Validator.check_schema(json.loads(terminal.run("schema", "spec").out))


def test_a_file_is_written_whole_and_stdout_stays_empty(terminal: Terminal) -> None:
    seen = terminal.run("audit", "harbour", "--format", "sarif", "--output", "x.sarif")
    assert (seen.out, seen.err, seen.code) == ("", "", 0)
    assert json.loads((terminal.folder / "x.sarif").read_text())["runs"]
    assert {p.name for p in terminal.folder.iterdir()} == {"harbour", "x.sarif"}


def test_report_writes_a_page_and_says_where(terminal: Terminal) -> None:
    assert terminal.run("report", "harbour").out == "seatrial-report.html\n"
    assert "<html" in (terminal.folder / "seatrial-report.html").read_text()
    assert terminal.run("report", "harbour", "--output=x.html").out == "x.html\n"
    assert terminal.run("report", "--format", "json").code == 2


def test_init_writes_once_and_what_it_wrote_works(terminal: Terminal) -> None:
    seen = terminal.run("init", "harbour")
    assert (seen.code, seen.out) == (0, "wrote harbour/seatrial.yaml\n")
    file = terminal.folder / "harbour" / "seatrial.yaml"
    text = file.read_text()
    assert text == terminal.run("init", "--dry-run", "harbour").out
    assert terminal.run("audit", "harbour").code == 0
    file.write_text("name: mine\n")
    seen = terminal.run("init", "harbour")
    assert (seen.code, file.read_text()) == (2, "name: mine\n")
    assert "--force" in seen.err
    assert terminal.run("init", "--force", "harbour").code == 0
    assert file.read_text() == text


def test_init_names_both_repositories_of_a_pair(terminal: Terminal) -> None:
    (terminal.folder / "infra").mkdir()
    (terminal.folder / "infra" / "main.tf").write_text('terraform {}\nresource "a" "b" {}\n')
    assert terminal.run("init", "harbour", "infra").code == 0
    seen = terminal.run("audit", "harbour", "--format", "json")
    assert [r["name"] for r in json.loads(seen.out)["repositories"]] == ["harbour", "infra"]


def test_a_baseline_makes_only_news_fail(terminal: Terminal) -> None:
    words = ["audit", "harbour", "--baseline", "known.json"]
    assert terminal.run(*words, "--write-baseline").code == 0
    assert terminal.run(*words, "--fail-on", "low").code == 0
    (terminal.folder / "harbour" / "b.buoy").write_text("BROKEN three\n")
    assert terminal.run(*words, "--fail-on", "low").code == 1


def test_a_fleet_goes_on_around_a_broken_member(terminal: Terminal) -> None:
    (terminal.folder / "fleet.yaml").write_text(
        "applications:\n- {name: a, repositories: harbour}\n- {name: b, repositories: gone}\n"
    )
    seen = terminal.run("audit", "--fleet", "fleet.yaml", "--format", "json", "buoys")
    applications = json.loads(seen.out)["applications"]
    assert seen.code == 2
    assert applications[0]["audit"]["practices"][0]["id"] == "buoys"
    assert (applications[1]["audit"], len(applications[1]["errors"])) == (None, 1)
    assert seen.err.startswith("error: fleet.yaml:3: b: gone: no such folder\nhint: ")


def test_github_gets_its_job_summary(terminal: Terminal) -> None:
    summary = terminal.folder / "summary.md"
    terminal.run("audit", "harbour", "--format", "github", GITHUB_STEP_SUMMARY=str(summary))
    assert "buoys" in summary.read_text()


def test_debug_shows_the_traceback_of_our_own_fault(terminal: Terminal) -> None:
    (terminal.folder / "harbour" / "x.buoy").write_text("EXPLODE\n")
    seen = terminal.run("audit", "harbour", "--debug")
    assert seen.code == 3
    assert "Traceback" in seen.err
    assert seen.err.splitlines()[-2].startswith("error: internal error: KeyError")


def test_a_closed_pipe_is_no_news(terminal: Terminal) -> None:
    command = terminal.command("audit", "harbour", "--format", "html")
    with subprocess.Popen(
        command,
        cwd=terminal.folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0


def test_an_interrupt_ends_with_130(terminal: Terminal) -> None:
    audit = Path(terminal.practices) / "buoys" / "audit.py"
    waiting = "import sys, time\nprint('ready', flush=True)\ntime.sleep(30)\n"
    audit.write_text(waiting + audit.read_text())
    with subprocess.Popen(
        terminal.command("audit", "harbour"),
        cwd=terminal.folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (130, b"interrupted\n")


def on_a_terminal(terminal: Terminal, *words: str, **variables: str) -> str:
    master, slave = pty.openpty()
    command = terminal.command("audit", "harbour", *words)
    variables = environment() | {"TERM": "xterm"} | variables
    with subprocess.Popen(
        command, cwd=terminal.folder, env=variables, stdout=slave, stderr=slave, stdin=slave
    ) as process:
        os.close(slave)
        seen = b""
        while chunk := read(master):
            seen += chunk
        process.wait()
    os.close(master)
    return seen.decode()


def read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:
        return b""


def test_colours_are_for_terminals_that_want_them(terminal: Terminal) -> None:
    assert "\x1b[" in on_a_terminal(terminal)
    assert "\x1b" not in on_a_terminal(terminal, NO_COLOR="1")
    assert "\x1b" not in on_a_terminal(terminal, "--no-color")
    assert "\x1b[" in on_a_terminal(terminal, "--color", NO_COLOR="1")
    assert "\x1b" not in terminal.run("audit", "harbour").out
    assert "\x1b[" in terminal.run("audit", "harbour", "--color").out


def test_progress_is_shown_only_when_it_takes_long(terminal: Terminal) -> None:
    assert "/3 " not in on_a_terminal(terminal)
    audit = Path(terminal.practices) / "buoys" / "audit.py"
    audit.write_text("import time\ntime.sleep(1.2)\n" + audit.read_text())
    assert "2/3 light-houses" in on_a_terminal(terminal)
    assert "2/3 light-houses" not in on_a_terminal(terminal, "--quiet")
    assert terminal.run("audit", "harbour").err == ""


def test_version_imports_nothing(real: Terminal) -> None:
    seen = real.run("--version")
    assert seen.out == f"seatrial {__version__}\n"
    probe = "import sys\nsys.argv = ['seatrial', '--version']\n" + START.partition("\n")[2]
    probe = probe.replace("folder = sys.argv.pop(1)\n", "folder = ''\n")
    probe = probe.replace("import seatrial.practices\n", "").replace(
        "run()\n",
        "try:\n    run()\nexcept SystemExit:\n"
        "    print(sorted(m for m in sys.modules if m.startswith('seatrial')))\n",
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[1] == "['seatrial', 'seatrial.cli', 'seatrial.cli.main']"


def test_version_takes_at_most_five_times_a_python_that_does_nothing() -> None:
    def best(*words: str) -> float:
        times = []
        for _ in range(7):
            begin = time.perf_counter()
            subprocess.run([sys.executable, *words], check=True, capture_output=True)
            times.append(time.perf_counter() - begin)
        return min(times)

    assert best("-m", "seatrial", "--version") <= 5 * best("-c", "pass")
