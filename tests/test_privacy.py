"""What the README promises: no connection, only git and our own Helm, no file unasked."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from seatrial.repo.kubernetes import helm_process
from tests.cli.terminal import environment
from tests.planting import plant, planted

WATCH = """\
import json, os, sys
seen = []
def watch(event, arguments):
    if event.startswith(("socket.", "subprocess.Popen", "os.exec", "os.posix_spawn", "os.system")):
        seen.append([event, str(arguments[0]), [str(a) for a in arguments[1]]
                     if event == "subprocess.Popen" else []])
    if event == "open" and isinstance(arguments[2], int):
        if arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            seen.append(["write", str(arguments[0]), []])
sys.addaudithook(watch)
sys.argv = ["seatrial", "audit", "app", "infra", "--format", "html", "--output", "page.html"]
from seatrial.cli.main import run
try:
    run()
except SystemExit:
    print(json.dumps(seen))
"""


def test_an_audit_connects_to_nothing_and_starts_and_writes_only_what_the_readme_says(
    tmp_path: Path,
) -> None:
    plant(tmp_path, planted())
    before = {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*") if p.is_file()}
    done = subprocess.run(
        [sys.executable, "-c", WATCH],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        check=True,
    )
    events = [tuple(event) for event in json.loads(done.stdout)]
    assert [e for e in events if e[0].startswith(("socket.", "os."))] == []
    programs = {Path(e[1]).name for e in events if e[0] == "subprocess.Popen"}
    # Helm's library runs in a second interpreter, with seatrial's own code and nothing else.
    assert programs == {"git", Path(sys.executable).name}
    ours = [e[2] for e in events if e[0] == "subprocess.Popen" and Path(e[1]).name != "git"]
    assert all(words[1:] == ["-c", helm_process.CODE] for words in ours)
    verbs = {w for e in events if e[0] == "subprocess.Popen" for w in e[2][3:4]}
    assert not verbs & {"fetch", "pull", "clone", "push", "ls-remote", "submodule"}
    # A number is a pipe to a program that was started.
    written = {Path(e[1]).name for e in events if e[0] == "write" and not e[1].isdigit()} - {"null"}
    assert all("page.html" in name for name in written), written
    after = {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*") if p.is_file()}
    assert set(after) - set(before) == {tmp_path / "page.html"}
    assert all(after[file] == before[file] for file in before)
