"""Edits by whole lines, and merges of generated files."""

from __future__ import annotations

import pytest

from seatrial.model.edit import EnsureLine, InsertText, ReplaceText, TextEdit
from seatrial.repo.edit import EditError, apply_edits, merge3

CASES: dict[str, tuple[str, tuple[TextEdit, ...], str]] = {
    "behind an anchor": ("a\nb\n", (InsertText("x\ny\n", after="a\n"),), "a\nx\ny\nb\n"),
    "before an anchor": ("a\nb\n", (InsertText("x", before="b"),), "a\nx\nb\n"),
    "at the end": ("a\n", (InsertText("x\n"),), "a\nx\n"),
    "into an empty file": ("", (InsertText("x\n"),), "x\n"),
    "there already, by what shows it": (
        "a\nX()\n",
        (InsertText("x\n", after="a", there="X()"),),
        "a\nX()\n",
    ),
    "lines for lines": ("a\nb\nc\n", (ReplaceText("a\nb\n", "z\n"),), "z\nc\n"),
    "lines that stay inside the new ones": ("a\nb\n", (ReplaceText("a\n", "a\nx\n"),), "a\nx\nb\n"),
    "lines that go": ("a\nb\n", (ReplaceText("a\n", ""),), "b\n"),
    "CRLF stays": (
        "a\r\nb\r\n",
        (InsertText("x\n", after="a\n"), EnsureLine("y")),
        "a\r\nx\r\nb\r\ny\r\n",
    ),
    "no line end at the end": ("a", (EnsureLine("b"),), "a\nb"),
    "a line that is there": ("  a\n*.log  \n", (EnsureLine("*.log"),), "  a\n*.log  \n"),
    "a line in front of blank ones": ("a\n\n", (EnsureLine("b"),), "a\nb\n\n"),
}


@pytest.mark.parametrize("name", CASES)
def test_what_was_asked_for(name: str) -> None:
    before, edits, after = CASES[name]
    assert apply_edits("file", before, edits) == after
    assert apply_edits("file", after, edits) == after


@pytest.mark.parametrize(
    "edit",
    [
        InsertText("x", after="no"),
        InsertText("x", before="b"),
        ReplaceText("no", "x"),
        ReplaceText("b", "x"),
    ],
)
def test_an_anchor_stands_once(edit: TextEdit) -> None:
    with pytest.raises(EditError, match=r"are not there|are there 2 times"):
        apply_edits("file", "a\nb\nb\n", [edit])


def test_an_anchor_that_stands_often_is_found_behind_one_that_stands_once() -> None:
    text = "worker\n  spec:\n  account: x\nbeat\n  spec:\n  account: x\n"
    edits = (
        ReplaceText("  account: x\n", "  account: beat\n", behind="beat\n"),
        ReplaceText("  account: x\n", "  account: worker\n", behind="worker\n"),
        InsertText("  port: 1\n", after="  spec:\n", behind="beat\n"),
    )
    done = apply_edits("t.tpl", text, edits)
    assert done == (
        "worker\n  spec:\n  account: worker\nbeat\n  spec:\n  port: 1\n  account: beat\n"
    )
    assert done == apply_edits("t.tpl", text, edits[::-1])
    assert done == apply_edits("t.tpl", done, edits)
    with pytest.raises(EditError, match="are not there"):
        apply_edits("t.tpl", "beat\n", edits[:1])


def test_ensured_lines_commute() -> None:
    text = "# logs\n*.log\n\n!keep.log\n.env\n"
    one, other = EnsureLine("dump/"), EnsureLine(".terraform/")
    done = apply_edits(".gitignore", text, [one, other])
    assert done == apply_edits(".gitignore", text, [other, one])
    assert done.startswith("# logs\n*.log\n\n!keep.log\n")


def test_a_merge_keeps_what_people_changed() -> None:
    base = "a\nb\nc\nd\ne\n"
    assert merge3(base, base, "new\n") == ("new\n", False)
    assert merge3(base, "mine\n", base) == ("mine\n", False)
    assert merge3(base, "same\n", "same\n") == ("same\n", False)
    assert merge3(base, "A\nb\nc\nd\ne\n", "a\nb\nc\nd\nE\n") == ("A\nb\nc\nd\nE\n", False)
    crlf = merge3("a\r\nb\r\nc\r\nd\r\n", "A\r\nb\r\nc\r\nd\r\n", "a\r\nb\r\nc\r\nD\r\n")
    assert crlf == ("A\r\nb\r\nc\r\nD\r\n", False)


def test_a_conflict_is_shown_with_what_was_before() -> None:
    text, conflict = merge3("a\nb\n", "a\nmine\n", "a\ntheirs\n")
    assert conflict
    assert "<<<<<<< yours\nmine\n||||||| before\nb\n=======\ntheirs\n>>>>>>> seatrial\n" in text


def test_git_that_is_missing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(EditError, match="git merge-file could not run"):
        merge3("a\n", "b\n", "c\n")
