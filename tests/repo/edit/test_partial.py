"""A tree that was patched is the tree of a whole parse, to the character."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.repo.edit.corpus import yaml_files
from tests.repo.edit.documents import Way, load, ways, yaml_texts

from seatrial.model.edit import AddItem, Block, DropKey, Scalar, SetKey, YamlEdit
from seatrial.repo.edit import partial
from seatrial.repo.edit.error import Refusal
from seatrial.repo.edit.marks import parse
from seatrial.repo.edit.nodes import Document, Node
from seatrial.repo.edit.yaml_edit import YamlText

thorough = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
VALUES: list[Scalar | Block] = [
    "text",
    7,
    "one\ntwo\n",
    Block("# why\nk: v\nl:\n  - 1\n"),
    Block("|+\n  a\n\n"),
]
ITEMS: list[Scalar | Block] = ["x", Block("a: 1\nb: 2\n")]


@pytest.fixture(autouse=True, scope="module")
def patched() -> Iterator[list[int]]:
    """Small texts are patched as well; counts how often it was done."""
    real, count = partial.patch, [0]

    def counted(*words: Any) -> partial.Patch | None:
        found = real(*words)
        count[0] += found is not None
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(partial, "SMALL", 0)
        patch.setattr("seatrial.repo.edit.yaml_edit.patch", counted)
        yield count
    assert count[0] > 100


def tree(documents: list[Document]) -> list[Any]:
    """Everything that a tree says."""
    return [(d.start, d.end, d.linked, d.root and _node(d.root)) for d in documents]


def _node(node: Node) -> tuple[Any, ...]:
    own = (node.kind, node.start, node.end, node.inner, node.value, node.style, node.flow)
    inside = [(_node(k), _node(v)) for k, v in node.pairs], [_node(i) for i in node.items]
    return (*own, node.meaning, *inside)


def _edit(data: st.DataObject, found: list[tuple[Way, Any]], number: int) -> YamlEdit:
    way, value = data.draw(st.sampled_from(found))
    if isinstance(value, dict):
        key = data.draw(st.sampled_from([*map(str, value), "new"]))
        if data.draw(st.booleans()):
            return DropKey(way, key, document=number)
        return SetKey(way, key, data.draw(st.sampled_from(VALUES)), document=number)
    if isinstance(value, list):
        return AddItem(way, data.draw(st.sampled_from(ITEMS)), document=number)
    way = way if way and isinstance(way[-1], str) else ()
    if not way:
        return SetKey((), "new", "text", document=number)
    return SetKey(way[:-1], str(way[-1]), data.draw(st.sampled_from(VALUES)), document=number)


def _holds(data: st.DataObject, path: str, text: str) -> None:
    editing = YamlText(path, text if text.endswith("\n") else f"{text}\n")
    for _ in range(3):
        documents = load(editing.text)
        good = [i for i, d in enumerate(documents) if isinstance(d, dict) and d]
        if not good:
            return
        number = data.draw(st.sampled_from(good))
        with contextlib.suppress(Refusal):  # other tests know which are right
            editing.apply(_edit(data, ways(documents[number]), number))
        assert tree(editing._documents) == tree(parse(editing.text, editing._numbers))
        editing.check()


@thorough
@given(st.data())
def test_in_every_file_of_the_corpus(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(sorted(yaml_files())))
    _holds(data, path, yaml_files()[path])


@thorough
@given(st.data(), yaml_texts())
def test_in_any_yaml(data: st.DataObject, text: str) -> None:
    _holds(data, "f.yaml", text.removeprefix("\ufeff").replace("\r\n", "\n"))


def test_an_end_that_differs_from_its_pieces_is_refused() -> None:
    text = "a:\n  b: 1\n  c: 2\n"
    editing = YamlText("f.yaml", text)
    editing.apply(SetKey(("a",), "b", "x"))
    editing.text = editing.text.replace("c: 2", "c: 3")
    with pytest.raises(Refusal, match="other data"):
        editing.check()
