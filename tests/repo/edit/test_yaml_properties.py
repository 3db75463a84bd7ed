"""For any YAML: no byte changes without need, edits commute, and the data is what was asked for."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.repo.edit.documents import Way, at, load, ways, yaml_texts

from seatrial.model.edit import AddItem, Block, DropItem, DropKey, Item, SetKey, YamlEdit
from seatrial.repo.edit import EditError, apply_edits

quick = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
NEW: list[tuple[Any, Any]] = [
    (1, "1"),
    ("text", "text"),
    ("a: b # c", "a: b # c"),
    ("one\ntwo\n", "one\ntwo\n"),
    (Block("# why\nk: v\nl:\n  - 1\n"), {"k": "v", "l": ["1"]}),
    (Block("- 1\n- k: v\n"), ["1", {"k": "v"}]),
    (Block("[x, y]"), ["x", "y"]),
]


def _unshared(data: Any) -> Any:
    return json.loads(json.dumps(data))


def _apply(text: str, *edits: YamlEdit) -> str:
    try:
        return apply_edits("f.yaml", text, edits)
    except EditError:
        assume(_has_aliases(text))  # a change through an alias is refused, nothing else
        assume(False)  # noqa: FBT003 - hypothesis has it so
        raise


def _closed(text: str) -> str:
    """The text with a line end, as a block scalar at its end is read when text follows."""
    return text if text.endswith("\n") else f"{text}\n"


def _bare_lines(text: str) -> list[str]:
    return [line.lstrip(" -\ufeff") for line in text.splitlines()]


def _has_aliases(text: str) -> bool:
    assert "*" in text, "refused without an alias"
    return True


def _choose(draw: st.DataObject, text: str, kind: type) -> tuple[int, Way, Any]:
    documents = load(_closed(text))
    found = [
        (number, way, value)
        for number, document in enumerate(documents)
        for way, value in ways(document)
        if isinstance(value, kind)
    ]
    assume(found)
    return draw.draw(st.sampled_from(found))


def _expected(text: str, number: int) -> tuple[list[Any], Any]:
    documents = _unshared(load(_closed(text)))
    return documents, documents[number]


@quick
@given(yaml_texts(), st.data())
def test_a_new_key_only_adds_lines_and_only_that_key(text: str, data: st.DataObject) -> None:
    number, way, _ = _choose(data, text, dict)
    value, loaded = data.draw(st.sampled_from(NEW))
    edit = SetKey(way, data.draw(st.sampled_from(["aa", "k0", "zz"])), value, document=number)
    done = _apply(text, edit)
    documents, document = _expected(text, number)
    at(document, way)[edit.key] = loaded
    if "*" not in text:
        assert _unshared(load(_closed(done))) == documents
    assert _apply(done, edit) == done
    assert _apply(text, edit, edit) == done
    if "{" not in text and "[" not in text:
        lines = iter(_bare_lines(done))
        assert all(line in lines for line in _bare_lines(text))


@quick
@given(yaml_texts(), st.data())
def test_new_keys_commute(text: str, data: st.DataObject) -> None:
    # Blank lines behind `|+` are its text; what is put behind it has no gap that others could see.
    assume("|+" not in text)
    edits = []
    for names in (["aa", "k0", "zz"], ["ab", "m1", "zy"]):
        number, way, _ = _choose(data, text, dict)
        value = data.draw(st.sampled_from(NEW))[0]
        edits.append(SetKey(way, data.draw(st.sampled_from(names)), value, document=number))
    one, other = edits
    assert _apply(text, one, other) == _apply(text, other, one)


@quick
@given(yaml_texts(), st.data())
def test_a_scalar_changes_its_lines_only(text: str, data: st.DataObject) -> None:
    number, way, old = _choose(data, text, str)
    assume(way and isinstance(way[-1], str))
    value = data.draw(st.sampled_from(["text", "new # x", "two: words", "it's", "yes", "7"]))
    key = str(way[-1])
    done = _apply(text, SetKey(way[:-1], key, value, document=number))
    documents, document = _expected(text, number)
    at(document, way[:-1])[key] = value
    if "*" not in text:
        assert _unshared(load(_closed(done))) == documents
    before, after = text.split("\n"), done.split("\n")
    if len(before) == len(after):
        assert sum(a != b for a, b in zip(before, after, strict=True)) <= 2 + old.count("\n")


@quick
@given(yaml_texts(), st.data())
def test_what_is_there_already_changes_no_byte(text: str, data: st.DataObject) -> None:
    number, way, old = _choose(data, text, str)
    assume(way and isinstance(way[-1], str) and way[-1] != "<<")
    edit = SetKey(way[:-1], str(way[-1]), Block(json.dumps(old)), document=number)
    done = _apply(text, edit)
    assert _apply(done, edit) == done
    item = _choose(data, text, list)
    scalars = [i for i in item[2] if isinstance(i, str)]
    assume(scalars)
    twice = AddItem(item[1], data.draw(st.sampled_from(scalars)), document=item[0])
    once = _apply(text, twice)
    assert _apply(once, twice) == once


@quick
@given(yaml_texts(), st.data())
def test_a_dropped_key_leaves_the_rest(text: str, data: st.DataObject) -> None:
    number, way, value = _choose(data, text, dict)
    assume(value)
    key = data.draw(st.sampled_from(list(value)))
    done = _apply(text, DropKey(way, key, document=number))
    documents, document = _expected(text, number)
    del at(document, way)[key]
    if "*" not in text:
        assert _unshared(load(_closed(done))) == documents
    assert done.isascii() or not text.isascii()


@quick
@given(yaml_texts(), st.data())
def test_items_come_and_go(text: str, data: st.DataObject) -> None:
    number, way, _ = _choose(data, text, list)
    value, loaded = data.draw(
        st.sampled_from([*NEW[:4], (Block("# c\nid: q\nrun: |\n  x\n"), {"id": "q", "run": "x\n"})])
    )
    done = _apply(text, AddItem(way, value, document=number))
    documents, document = _expected(text, number)
    if loaded not in at(document, way) or value != 1:
        at(document, way).append(loaded)
    assume(loaded not in at(load(text)[number], way))
    if "*" not in text:
        assert _unshared(load(_closed(done))) == documents
    count = len(at(load(text)[number], way))
    if isinstance(value, Block) or not count:
        return
    gone = _apply(done, DropItem(way, value, document=number))
    assert gone.rstrip("\r\n") == text.rstrip("\r\n")


@quick
@given(yaml_texts(), st.data())
def test_dropping_items_leaves_the_rest(text: str, data: st.DataObject) -> None:
    number, way, value = _choose(data, text, list)
    names = [i["name"] for i in value if isinstance(i, dict) and isinstance(i.get("name"), str)]
    assume(len(names) == 1)
    done = _apply(text, DropItem(way, Item("name", names[0]), document=number))
    documents, document = _expected(text, number)
    items = at(document, way)
    items[:] = [i for i in items if not (isinstance(i, dict) and i.get("name") == names[0])]
    if "*" not in text:
        assert _unshared(load(_closed(done))) == documents


@quick
@given(st.text(max_size=60) | yaml_texts().map(lambda t: t[: len(t) * 2 // 3]))
def test_any_text_is_edited_or_refused(text: str) -> None:
    edit = SetKey((), "k", 1)
    try:
        done = apply_edits("f.yaml", text, [edit])
    except EditError as error:
        refused = error
    else:
        assert apply_edits("f.yaml", done, [edit]) == done
        return
    assert refused.place.startswith("f.yaml")
