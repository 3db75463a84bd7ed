"""`plan` and `apply` at the terminal: exit codes, formats, and plans that were kept in a file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.applied import NAMES, fresh
from tests.cli.terminal import Terminal

Body = dict[str, object]


@pytest.fixture
def pair(tmp_path: Path) -> Terminal:
    """The examples, committed; with all practices."""
    fresh(tmp_path)
    return Terminal(tmp_path)


def kept(pair: Terminal) -> Path:
    """A plan of one practice in a file."""
    seen = pair.run("plan", "remote-state", *NAMES, "--out", "kept.plan")
    assert seen.code == 0, seen.err
    return pair.folder / "kept.plan"


def test_the_exit_codes_are_those_of_terraform(pair: Terminal) -> None:
    words = ("plan", "remote-state", *NAMES, "--short", "--detailed-exitcode")
    assert pair.run(*words).code == 2
    assert pair.run("plan", "remote-state", *NAMES).code == 0
    done = pair.run("apply", "remote-state", *NAMES, "--yes")
    assert done.code == 0, done.err
    again = pair.run(*words)
    assert again.code == 0
    assert "No changes." in again.out
    assert pair.run("plan", "remote-state", "none", "--detailed-exitcode").code == 1


def test_nobody_is_asked_where_nobody_can_answer(pair: Terminal) -> None:
    seen = pair.run("apply", "remote-state", *NAMES)
    assert seen.code == 1
    assert "--yes" in seen.err
    assert not (pair.folder / NAMES[1] / ".seatrial").exists()


def test_a_plan_as_json_counts_what_the_text_counts(pair: Terminal) -> None:
    text = pair.run("plan", "remote-state", *NAMES, "--short").out
    plan = json.loads(pair.run("plan", "remote-state", *NAMES, "--format", "json").out)
    counts = [plan["summary"][key] for key in ("add", "change", "destroy")]
    assert f"Plan: {counts[0]} to add, {counts[1]} to change, {counts[2]} to destroy." in text
    assert sum(counts) > 0


def test_a_kept_plan_is_carried_out_as_it_was_shown(pair: Terminal) -> None:
    done = pair.run("apply", kept(pair), "--yes")
    assert done.code == 0, done.err
    assert "Apply complete" in done.err + done.out


def test_a_kept_plan_holds_no_content(pair: Terminal) -> None:
    text = kept(pair).read_text()
    assert "backend" not in text
    assert len(text) < 2000


def rewritten(change: Callable[[Body], object], *, signed: bool) -> Callable[[str], str]:
    """The text of a plan's file with something else in it, its checksum made anew or not."""

    def rewrite(text: str) -> str:
        body: Body = json.loads(text)
        change(body)
        if signed:
            body.pop("checksum")
            digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
            body["checksum"] = digest
        return json.dumps(body, indent=2)

    return rewrite


BAD: dict[str, tuple[Callable[[str], str], str]] = {
    "other practices": (
        rewritten(lambda b: b.update(practices=["rbac"]), signed=False), "was changed since",
    ),
    "other practices, checksum made anew": (
        rewritten(lambda b: b.update(practices=["rbac"]), signed=True), "the saved plan is stale",
    ),
    "another version of seatrial": (
        rewritten(lambda b: b.update(tool_version="9.9.9"), signed=True), "made by seatrial 9.9.9",
    ),
    "another version of the format": (
        rewritten(lambda b: b.update(version=99), signed=True), "was made by",
    ),
    "a key is missing": (rewritten(lambda b: b.pop("at"), signed=True), "no plan that"),
    "a wrong type": (rewritten(lambda b: b.update(paths=7), signed=True), "no plan that"),
    "cut short": (lambda text: text[:-60], "no plan that can be read"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_kept_plan_that_somebody_changed_is_refused(pair: Terminal, name: str) -> None:
    change, says = BAD[name]
    file = kept(pair)
    file.write_text(change(file.read_text()))
    seen = pair.run("apply", file, "--yes")
    assert seen.code == 2, seen.err
    assert says in seen.err
    assert "hint:" in seen.err
    assert not (pair.folder / NAMES[1] / ".seatrial").exists()


def test_a_kept_plan_whose_inputs_changed_is_refused(pair: Terminal) -> None:
    file = kept(pair)
    main = pair.folder / NAMES[1] / "terraform/main.tf"
    main.write_text(main.read_text().replace("linode_lke_cluster", "linode_lke_clusters"))
    ignore = pair.folder / NAMES[1] / ".gitignore"
    ignore.write_text("*.tfstate\n*.tfstate.*\n")
    seen = pair.run("apply", file, "--yes")
    assert seen.code == 2, seen.err
    assert "the saved plan is stale" in seen.err
    assert not (pair.folder / NAMES[1] / ".seatrial").exists()
