"""On all files of the examples and cases: no byte without need, edits commute, data is right."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.repo.edit.corpus import texts, yaml_files
from tests.repo.edit.documents import Way, at, load, ways

from seatrial.model.edit import (
    AddBlock,
    AddItem,
    Block,
    DropAttribute,
    DropItem,
    DropKey,
    HclEdit,
    SetAttribute,
    SetKey,
    YamlEdit,
)
from seatrial.repo.edit import apply_edits
from seatrial.repo.edit.hcl_tree import Part, parse

thorough = settings(max_examples=50, deadline=None)


def _pick(data: st.DataObject) -> tuple[str, str, int, list[tuple[Way, Any]]]:
    path = data.draw(st.sampled_from(sorted(yaml_files())))
    text = yaml_files()[path]
    documents = load(text)
    number = data.draw(
        st.sampled_from([i for i, d in enumerate(documents) if isinstance(d, dict) and d])
    )
    return path, text, number, ways(documents[number])


def _expected(text: str, number: int) -> tuple[list[Any], Any]:
    documents = json.loads(json.dumps(load(text)))
    return documents, documents[number]


@thorough
@given(st.data())
def test_what_is_true_already_changes_no_byte(data: st.DataObject) -> None:
    path, text, number, found = _pick(data)
    edits: list[YamlEdit] = []
    for way, value in found:
        if isinstance(value, dict):
            edits.append(DropKey(way, "is not there", document=number))
        elif isinstance(value, str) and way and isinstance(way[-1], str):
            edits.append(SetKey(way[:-1], way[-1], "other", replace=False, document=number))
    assert apply_edits(path, text, edits) is text


@thorough
@given(st.data())
def test_one_scalar_changes_one_line(data: st.DataObject) -> None:
    path, text, number, found = _pick(data)
    scalars = [
        (w, v)
        for w, v in found
        if isinstance(v, str) and w and isinstance(w[-1], str) and "\n" not in v
    ]
    assume(scalars)
    way, _ = data.draw(st.sampled_from(scalars))
    done = apply_edits(path, text, [SetKey(way[:-1], str(way[-1]), "new: value", document=number)])
    documents, document = _expected(text, number)
    at(document, way[:-1])[way[-1]] = "new: value"
    assert load(done) == documents
    before, after = text.split("\n"), done.split("\n")
    if len(before) == len(after):
        assert sum(a != b for a, b in zip(before, after, strict=True)) == 1


@thorough
@given(st.data())
def test_new_keys_commute_and_only_add(data: st.DataObject) -> None:
    path, text, number, found = _pick(data)
    maps = st.sampled_from([w for w, v in found if isinstance(v, dict)])
    both = [
        (way := data.draw(maps), SetKey(way, key, value, document=number))
        for key, value in (
            (
                data.draw(st.sampled_from(["aa", "env", "permissions"])),
                Block("# why\na: 1\nb:\n- x\n"),
            ),
            (data.draw(st.sampled_from(["zz", "with", "metadata"])), "text"),
        )
    ]
    ways_ = {e.key: w for w, e in both if e.key not in at(load(text)[number], w)}
    edits = [e for _, e in both if e.key in ways_]
    done = apply_edits(path, text, edits)
    assert apply_edits(path, text, edits[::-1]) == done
    assert apply_edits(path, done, edits) is done
    documents, document = _expected(text, number)
    for edit in edits:
        at(document, ways_[edit.key])[edit.key] = (
            "text" if edit.value == "text" else {"a": "1", "b": ["x"]}
        )
    assert load(done) == documents
    gone = apply_edits(path, done, [DropKey(e.at, e.key, document=number) for e in edits])
    assert load(gone) == load(text)


@thorough
@given(st.data())
def test_a_dropped_key_takes_nothing_along(data: st.DataObject) -> None:
    path, text, number, found = _pick(data)
    way, value = data.draw(st.sampled_from([(w, v) for w, v in found if isinstance(v, dict) and v]))
    key = data.draw(st.sampled_from(list(value)))
    done = apply_edits(path, text, [DropKey(way, key, document=number)])
    documents, document = _expected(text, number)
    del at(document, way)[key]
    assert load(done) == documents


@thorough
@given(st.data())
def test_an_item_comes_and_goes(data: st.DataObject) -> None:
    path, text, number, found = _pick(data)
    lists = [w for w, v in found if isinstance(v, list) and v]
    if not lists:
        return
    way = data.draw(st.sampled_from(lists))
    add = AddItem(way, "a: new one", document=number)
    done = apply_edits(path, text, [add])
    documents, document = _expected(text, number)
    at(document, way).append("a: new one")
    assert load(done) == documents
    assert apply_edits(path, done, [add]) is done
    assert apply_edits(path, done, [DropItem(way, "a: new one", document=number)]) == text


def _blocks(part: Part, way: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], Part]]:
    found = [(way, part)]
    for one in part.parts or ():
        if one.parts is not None and len(part.blocks(one.name)) == 1:
            found += _blocks(one, (*way, one.name))
    return found


def _new(way: tuple[str, ...]) -> list[HclEdit]:
    return [
        SetAttribute(way, "aa", "{\n  a = 1\n  bbb = [\n    1,\n  ]\n}"),
        SetAttribute(way, "zz_a_long_name", '"x"'),
        AddBlock(way, 'aaa "b" {\n}\n'),
        AddBlock(way, '# why\ndynamic "qq" {\nfor_each = []\ncontent {\n}\n}\n'),
    ]


@thorough
@given(st.data())
def test_terraform_edits_commute_and_come_back(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(sorted(texts(".tf", ".tfvars"))))
    text = texts(".tf", ".tfvars")[path]
    way, part = data.draw(st.sampled_from(_blocks(parse(text))))
    one, other = data.draw(
        st.lists(st.sampled_from(_new(way)), min_size=2, max_size=2, unique=True)
    )
    done = apply_edits(path, text, [one, other])
    assert apply_edits(path, text, [other, one]) == done
    assert apply_edits(path, done, [one, other]) is done
    known = [p for p in part.parts or () if p.parts is None]
    same = [SetAttribute(way, p.name, p.value) for p in known]
    assert apply_edits(path, text, same) is text
    if part.first == part.last:
        return
    added = apply_edits(path, text, [SetAttribute(way, "zz_a_long_name", '"x"')])
    assert apply_edits(path, added, [DropAttribute(way, "zz_a_long_name")]) == text


def test_terraform_fmt_has_nothing_to_say(tmp_path: Path) -> None:
    terraform = shutil.which("terraform")
    if terraform is None:
        pytest.skip("terraform is not installed")
    count = 0
    for path, text in texts(".tf").items():
        for way, part in _blocks(parse(text)):
            gone = [DropAttribute(way, p.name) for p in part.parts or () if p.parts is None][:1]
            for edits in ([e] for e in (*_new(way)[1:], *gone)):
                count += 1
                (tmp_path / f"{count:05}.tf").write_text(apply_edits(path, text, edits), newline="")
    done = subprocess.run(
        [terraform, "fmt", "-check", "-diff", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert count > 1000
    assert done.returncode == 0, done.stdout[:3000]
