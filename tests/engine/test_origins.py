"""Plans look at edited files as people wrote them, whatever people change after an edit."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.engine.origins import Origin, origin_of, origin_path, show_origins, without
from seatrial.repo.files import Root
from tests.plans import committed

_LINES = st.lists(st.text("abc:- ", max_size=6), min_size=1, max_size=12)


def recorded(before: str, after: str, tmp_path: Path) -> Origin:
    """The record of an edit."""
    (tmp_path / "x").write_text(before)
    words = origin_of(Root(tmp_path, "root"), "x", before, after).split()
    return Origin(*words)


@given(lines=_LINES, more=_LINES, data=st.data())
def test_what_people_add_elsewhere_is_kept_and_our_edit_is_not_seen(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], more: list[str], data: st.DataObject
) -> None:
    """Every line is its own, so that it is plain which one was changed."""
    old = [*(f"{number} {line}" for number, line in enumerate(lines)), "end"]
    at = data.draw(st.integers(0, len(lines)))
    gone = data.draw(st.integers(0, len(lines) - at))
    ours = [f"ours {number}" for number in range(data.draw(st.integers(0, 3)))]
    written = old[:at] + ours + old[at + gone :]
    spot = data.draw(st.integers(0, at) | st.integers(at + len(ours), len(written) - 1))
    theirs = [f"theirs {number} {line}" for number, line in enumerate(more)]
    now = written[:spot] + theirs + written[spot:]
    origin = recorded("\n".join(old), "\n".join(written), tmp_path_factory.mktemp("edit"))
    seen = without(origin, "\n".join(old), "\n".join(now)).split("\n")
    assert [line for line in seen if not line.startswith("theirs")] == old
    assert [line for line in seen if line.startswith("theirs")] == theirs


def test_lines_that_people_changed_in_our_edit_stay_theirs(tmp_path: Path) -> None:
    origin = recorded("a\nb\nc\n", "a\nours\nc\n", tmp_path)
    assert without(origin, "a\nb\nc\n", "a\nmine\nc\n") == "a\nmine\nc\n"
    assert without(origin, "a\nb\nc\n", "A\nours\nc\n") == "A\nb\nc\n"
    turned = without(origin, "a\r\nb\r\nc\r\n", "a\r\nours\r\nc\r\nmore\r\n")
    assert turned == "a\r\nb\r\nc\r\nmore\r\n"


def test_edits_before_and_after_a_change_by_people_are_both_undone_in_the_view(
    tmp_path: Path,
) -> None:
    file = tmp_path / "x"
    texts = ["1\n2\n3\n4\n", "1\nours\n2\n3\n4\n", "1\nours\n2\nmine\n3\n4\n"]
    file.write_text(texts[0])
    committed(tmp_path)
    kept = tmp_path / origin_path("x")
    kept.parent.mkdir(parents=True)
    kept.write_text(origin_of(Root(tmp_path, "root"), "x", texts[0], texts[1]))
    file.write_text(texts[2])
    committed(tmp_path)
    last = "1\nours\n2\nmine\n3\nours too\n"
    kept.write_text(origin_of(Root(tmp_path, "root"), "x", texts[2], last))
    assert len(kept.read_text().splitlines()) == 2
    file.write_text(last)
    root = Root(tmp_path, "root")
    assert show_origins(root) == ()
    assert root.files["x"].text == "1\n2\nmine\n3\n4\n"
