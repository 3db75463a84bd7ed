"""Carrying plans out: what is refused, what a kill leaves, and the ways on and back."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from seatrial.engine.apply import Wish, apply, carry_on, undo
from seatrial.engine.carry import MovedError
from seatrial.engine.runs import RefusedError, Run, UnfinishedError, all_runs, open_run
from seatrial.engine.watch import Silent
from seatrial.model.change import Risk
from seatrial.model.errors import UsageError
from seatrial.model.plan import Action, FileChange, Plan, Reason
from tests.cases import NOW
from tests.plans import committed

WHY = (Reason("rollback", "because", Risk.LOW),)
FILES = {"a.yaml": "a: 1\n", "deep/b.yaml": "b: 1\r\n", "state.tfstate": "{}\n", "old.txt": "x\n"}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A committed repository."""
    folder = tmp_path / "app"
    for path, text in FILES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(text.encode())
    committed(folder)
    return folder


def plan_of(*changes: FileChange) -> Plan:
    """A plan of these changes in the repository `app`."""
    return Plan("0", NOW, ("rollback",), (), ("app",), (("app", "app"),), changes, (), (), ())


def everything() -> Plan:
    """One change of each kind but deletion."""
    return plan_of(
        FileChange("app", "a.yaml", Action.UPDATE, "a: 1\n", "a: 2\n", WHY),
        FileChange("app", "deep/b.yaml", Action.UPDATE, "b: 1\r\n", "b: 2\r\n", WHY),
        FileChange(
            "app",
            "new/run.sh",
            Action.CREATE,
            None,
            "#!/bin/sh\n",
            WHY,
            "#!/bin/sh\n",
            ".seatrial/base/new/run.sh",
            executable=True,
        ),
        FileChange("app", "state.tfstate", Action.UNTRACK, "{}\n", "{}\n", WHY),
    )


def wish(home: Path, **more: object) -> Wish:
    """Carry out in the work tree unless told otherwise."""
    return Wish(home / ".seatrial/runs", {"app": home}, **more)  # type: ignore[arg-type] # given by name in each test


def tree(home: Path) -> dict[str, bytes]:
    """Every file outside git's and the runs' folders."""
    return {
        p.relative_to(home).as_posix(): p.read_bytes()
        for p in sorted(home.rglob("*"))
        if p.is_file() and ".git" not in p.parts and "runs" not in p.parts
    }


def git(home: Path, *words: str) -> str:
    """What git says."""
    done = subprocess.run(["git", *words], cwd=home, capture_output=True, text=True, check=True)
    return done.stdout


def test_what_was_planned_is_there_afterwards_and_nothing_else(home: Path) -> None:
    run = apply(everything(), wish(home), Silent())

    assert run.state == "done"
    assert tree(home) == {
        ".seatrial/base/new/run.sh": b"#!/bin/sh\n",
        "a.yaml": b"a: 2\n",
        "deep/b.yaml": b"b: 2\r\n",
        "new/run.sh": b"#!/bin/sh\n",
        "old.txt": b"x\n",
        "state.tfstate": b"{}\n",
    }
    assert os.access(home / "new/run.sh", os.X_OK)
    known = git(home, "ls-files").split()
    assert "new/run.sh" in known
    assert "state.tfstate" not in known
    assert not any("runs" in line for line in git(home, "status", "--porcelain", "-uall").split())


def test_undo_brings_every_byte_and_gits_index_back(home: Path) -> None:
    before, index = tree(home), git(home, "ls-files", "-s")
    run = apply(everything(), wish(home), Silent())
    undo(run, Silent())
    assert tree(home) == before
    assert git(home, "ls-files", "-s") == index
    assert not (home / "new").exists()
    assert run.state == "undone"
    undo(run, Silent())
    assert tree(home) == before


KILLER = """
    import os, sys
    from pathlib import Path
    import seatrial.engine.carry as carry, seatrial.engine.runs as runs
    from seatrial.engine.watch import Silent
    from tests.engine.test_apply import everything, wish
    from seatrial.engine.apply import apply
    left = int(sys.argv[2])
    def counted(original):
        def call(*words, **more):
            global left
            left -= 1
            if left < 0:
                os._exit(137)
            return original(*words, **more)
        return call
    runs.write_whole = counted(runs.write_whole)
    carry.write_whole = counted(carry.write_whole)
    carry._run_git = counted(carry._run_git)
    runs.Run.note = counted(runs.Run.note)
    apply(everything(), wish(Path(sys.argv[1])), Silent())
    print(left)
"""


def killed_after(home: Path, writes: int) -> bool:
    """Apply in a process that dies before write `writes + 1`; False when it came to its end."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(KILLER), str(home), str(writes)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in {0, 137}, done.stderr
    return done.returncode == 137


@pytest.mark.parametrize("way", ["on", "back"])
def test_a_kill_before_any_write_leaves_what_resume_or_undo_ends(
    home: Path, way: str, tmp_path: Path
) -> None:
    """Every border between two writes, in one test, since each is a process."""
    import shutil

    original, index = tree(home), git(home, "ls-files", "-s")
    cuts = 0
    for writes in range(0, 60, 1 if way == "on" else 2):
        copy = tmp_path / f"copy{writes}" / "app"
        shutil.copytree(home, copy)
        if not killed_after(copy, writes):
            break
        cuts += 1
        kept = all_runs(copy / ".seatrial/runs")
        if not kept:
            assert tree(copy) == original
            continue
        (run,) = kept
        if way == "on":
            carry_on(run, Silent())
            assert tree(copy)["a.yaml"] == b"a: 2\n"
            assert "state.tfstate" not in git(copy, "ls-files").split()
        else:
            undo(run, Silent())
            assert tree(copy) == original
            assert git(copy, "ls-files", "-s") == index
        assert not list(copy.rglob(".*.*.seatrial"))
    else:
        pytest.fail("the run never came to its end")
    assert cuts > 8


def test_an_unfinished_run_stands_in_the_way_of_the_next(home: Path) -> None:
    assert killed_after(home, 14)
    with pytest.raises(UnfinishedError, match="was cut") as caught:
        apply(everything(), wish(home), Silent())
    assert "seatrial resume" in caught.value.hint
    assert caught.value.exit_code == 4


def test_work_that_is_not_committed_is_never_overwritten(home: Path) -> None:
    (home / "a.yaml").write_text("a: mine\n")
    change = FileChange("app", "a.yaml", Action.UPDATE, "a: mine\n", "a: 2\n", WHY)
    with pytest.raises(RefusedError, match=r"a.yaml: has changes that are not committed"):
        apply(plan_of(change), wish(home), Silent())
    assert (home / "a.yaml").read_text() == "a: mine\n"


def test_what_an_earlier_run_wrote_may_be_changed_before_it_is_committed(home: Path) -> None:
    apply(everything(), wish(home), Silent())
    change = FileChange("app", "a.yaml", Action.UPDATE, "a: 2\n", "a: 3\n", WHY)
    apply(plan_of(change), wish(home), Silent())
    assert (home / "a.yaml").read_text() == "a: 3\n"


def test_a_file_that_changed_since_the_plan_is_refused_before_anything_is_written(
    home: Path,
) -> None:
    (home / "deep/b.yaml").write_text("b: other\n")
    with pytest.raises(RefusedError, match=r"deep/b.yaml: changed since the plan was made"):
        apply(everything(), wish(home), Silent())
    assert tree(home)["a.yaml"] == b"a: 1\n"
    assert not all_runs(home / ".seatrial/runs")


def test_a_deletion_needs_its_own_word(home: Path) -> None:
    change = FileChange("app", "old.txt", Action.DELETE, "x\n", None, WHY)
    with pytest.raises(RefusedError, match="--allow-delete"):
        apply(plan_of(change), wish(home), Silent())
    run = apply(plan_of(change), wish(home, allow_delete=True), Silent())
    assert not (home / "old.txt").exists()
    undo(run, Silent())
    assert (home / "old.txt").read_text() == "x\n"


def test_undo_leaves_what_somebody_changed_since_and_names_it(home: Path) -> None:
    run = apply(everything(), wish(home), Silent())
    (home / "a.yaml").write_text("a: mine\n")
    with pytest.raises(UnfinishedError, match=r"a.yaml") as caught:
        undo(run, Silent())
    assert caught.value.exit_code == 4
    assert (home / "a.yaml").read_text() == "a: mine\n"
    assert (home / "deep/b.yaml").read_bytes() == b"b: 1\r\n"


def test_a_file_that_is_changed_during_the_run_is_left_alone(home: Path) -> None:
    assert killed_after(home, 14)
    (run,) = all_runs(home / ".seatrial/runs")
    (home / "deep/b.yaml").write_text("b: other\n")
    (home / "a.yaml").write_text("a: other\n")
    with pytest.raises(MovedError):
        carry_on(run, Silent())
    assert (home / "a.yaml").read_text() == "a: other\n"


@pytest.mark.parametrize("write", [9, 10, 11, 12, 13])
def test_a_full_disk_ends_with_the_run_named_and_no_half_file(
    home: Path, monkeypatch: pytest.MonkeyPatch, write: int
) -> None:
    real = os.fsync
    count = [0]

    def full(descriptor: int) -> None:
        count[0] += 1
        if count[0] == write:
            raise OSError(28, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UnfinishedError) as caught:
        apply(everything(), wish(home), Silent())
    monkeypatch.undo()
    (run,) = all_runs(home / ".seatrial/runs")
    assert run.id in caught.value.hint
    assert not list(home.rglob(".*.*.seatrial"))
    carry_on(run, Silent())
    assert tree(home)["a.yaml"] == b"a: 2\n"


def test_a_link_that_took_the_files_place_is_not_followed(home: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.yaml"
    outside.write_text("a: 1\n")
    (home / "a.yaml").unlink()
    (home / "a.yaml").symlink_to(outside)
    with pytest.raises(RefusedError, match=r"a.yaml: is no plain file any more"):
        apply(everything(), wish(home), Silent())
    assert outside.read_text() == "a: 1\n"


def identified(home: Path) -> None:
    """Say who commits."""
    git(home, "config", "user.name", "Dev")
    git(home, "config", "user.email", "dev@example.com")


def test_a_branch_is_made_beside_the_work_tree(home: Path) -> None:
    identified(home)
    before = tree(home)
    run = apply(everything(), wish(home, branch="practices"), Silent())
    assert tree(home) == before
    assert git(home, "show", "practices:a.yaml") == "a: 2\n"
    assert "state.tfstate" not in git(home, "ls-tree", "--name-only", "practices").split()
    assert git(home, "worktree", "list").count("\n") == 1
    with pytest.raises(RefusedError, match="has a branch practices already"):
        apply(everything(), wish(home, branch="practices"), Silent())
    undo(run, Silent())
    assert "practices" not in git(home, "branch", "--list")


def test_a_remote_that_refuses_the_push_is_said_and_can_be_tried_again(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    identified(home)
    remote = tmp_path / "remote.git"
    subprocess.run(["git", "init", "-q", "--bare", remote], check=True)
    hook = remote / "hooks/pre-receive"
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    git(home, "remote", "add", "origin", str(remote))
    with pytest.raises(UnfinishedError, match="git push failed") as caught:
        apply(everything(), wish(home, branch="practices", pull_request=True), Silent())
    assert "seatrial resume" in caught.value.hint
    hook.unlink()
    (run,) = all_runs(home / ".seatrial/runs")
    monkeypatch.delenv("GITHUB_TOKEN", raising=False)
    monkeypatch.delenv("GH_TOKEN", raising=False)
    with pytest.raises(UnfinishedError, match="GitHub needs a token"):
        carry_on(run, Silent())
    assert "refs/heads/practices" in git(remote, "for-each-ref")


def test_a_run_that_is_held_is_not_worked_on_twice(home: Path) -> None:
    run = apply(everything(), wish(home), Silent())
    again = Run(run.folder, run.header)
    with run.held(), pytest.raises(RefusedError, match="is being worked on by process"):
        carry_on(again, Silent())


@pytest.mark.parametrize("word", ["nothing", ""])
def test_a_run_must_be_named_so_that_one_is_meant(home: Path, word: str) -> None:
    apply(everything(), wish(home), Silent())
    runs = home / ".seatrial/runs"
    if word:
        with pytest.raises(UsageError, match="no run called"):
            open_run(runs, word)
    assert open_run(runs, "latest").state == "done"
