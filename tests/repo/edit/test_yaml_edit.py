"""Edits of YAML, one feature each: what stood there, what was asked for, what stands there then."""

from __future__ import annotations

import pytest

from seatrial.model.edit import AddItem, Block, DropItem, DropKey, Item, SetKey, YamlEdit
from seatrial.repo.edit import EditError, apply_edits

CASES: dict[str, tuple[str, tuple[YamlEdit, ...], str]] = {
    "an empty file": (
        "",
        (SetKey(("a", "b"), "c", 1, comment="why"),),
        "a:\n  b:\n    c: 1 # why\n",
    ),
    "only a comment": ("# head\n", (SetKey((), "c", "x"),), "# head\nc: x\n"),
    "an empty document among others": (
        "---\n# c\n---\na: 1\n",
        (SetKey((), "c", "x"), SetKey((), "d", "x", document=1)),
        "---\n# c\nc: x\n---\na: 1\nd: x\n",
    ),
    "null and {} become blocks and keep comment and anchor": (
        "a:\nb: ~ # n\nc: {}  # m\nd: []\ne: &x\nf: *x\n",
        (
            SetKey(("a",), "k", 1),
            SetKey(("b",), "k", 1),
            SetKey(("c",), "k", Block("- 1\n- 2")),
            AddItem(("d",), "v"),
            SetKey(("e",), "k", 1),
        ),
        "a:\n  k: 1\nb: # n\n  k: 1\nc:  # m\n  k:\n    - 1\n    - 2\nd:\n  - v\ne: &x\n  k: 1\nf: *x\n",  # noqa: E501 - a file on one line
    ),
    "a document that is {}": ("--- {}\n", (SetKey((), "c", Block("d: 1")),), "---\nc:\n  d: 1\n"),
    "flow stays flow": (
        "a: { b: 1, c: {} }\n",
        (SetKey(("a", "c"), "k", Block("x: [1]\nt: |\n  foo\n")), SetKey(("a",), "z", "q, r")),
        'a: { b: 1, c: {k: {x: [1], t: "foo\\n"}}, z: "q, r" }\n',
    ),
    "flow on lines of its own": (
        "a: {\n  b: 1,  # one\n  c: 2   # two\n}\nl: [\n  x, # c\n  w,\n]\n",
        (
            SetKey(("a",), "d", 3),
            SetKey(("a",), "bb", 3, order=("b", "bb")),
            AddItem(("l",), "z"),
            AddItem(("l",), "a", before=0),
            DropItem(("l",), "w"),
        ),
        "a: {\n  b: 1,  # one\n  bb: 3,\n  c: 2,   # two\n  d: 3\n}\nl: [\n  a,\n  x, # c\n  z,\n]\n",  # noqa: E501 - a file on one line
    ),
    "a merge key: what is only inherited is set here": (
        "b: &b\n  x: 1\nj:\n  <<: *b\n  y: 2\n",
        (SetKey(("j",), "x", 1), SetKey(("j",), "x", 2), DropKey(("j",), "y")),
        "b: &b\n  x: 1\nj:\n  <<: *b\n  x: 2\n",
    ),
    "at the anchor itself": (
        "b: &b\n  x: 1\nj: *b\n",
        (SetKey(("b",), "x", 2),),
        "b: &b\n  x: 2\nj: *b\n",
    ),
    "an alias gives way to a value": ("a: &x 1\nb: *x\n", (SetKey((), "b", 2),), "a: &x 1\nb: 2\n"),
    "of keys that stand twice the last counts": (
        "a: 1\na: 2\n",
        (SetKey((), "a", 3),),
        "a: 1\na: 3\n",
    ),
    "and all go": ("a: 1\na: 2\nb: 1\n", (DropKey((), "a"),), "b: 1\n"),
    "quotes and block scalars stay": (
        "a: 'x' # c\nb: \"y\"\nc: |\n  foo\n  bar\nd: >-\n  foo\n  bar\n\ne: plain\n",
        (
            SetKey((), "a", "it's"),
            SetKey((), "b", "z"),
            SetKey((), "c", "new\nlines\n"),
            SetKey((), "d", "new words"),
            SetKey((), "e", "a: b"),
        ),
        "a: 'it''s' # c\nb: \"z\"\nc: |\n  new\n  lines\nd: >-\n  new words\n\ne: \"a: b\"\n",
    ),
    "words that readers take differently are quoted": (
        "a: 1\n",
        tuple(
            SetKey((), f"k{i}", w)
            for i, w in enumerate(["yes", "0123", "1.0", "null", "on", "2024-01-01", ""])
        ),
        'a: 1\nk0: "yes"\nk1: "0123"\nk2: "1.0"\nk3: "null"\nk4: "on"\nk5: "2024-01-01"\nk6: ""\n',
    ),
    "a scalar becomes the first item": (
        "needs: b # c\nother: 'b: c'\n",
        (
            AddItem(("needs",), "a", sort=True),
            AddItem(("other",), "z"),
            AddItem(("x", "needs"), "q"),
        ),
        "needs: [a, b] # c\nother: ['b: c', z]\nx:\n  needs: [q]\n",
    ),
    "items by identity, in front and behind": (
        "l:\n- a: 1\n  b: 2\n\n- a: 2\n# end\n",
        (
            AddItem(("l",), Block("# hi\na: 3\nc:\n  - 1"), identity="a"),
            AddItem(("l",), Block("a: 1\nb: 3"), identity="a"),
            AddItem(("l",), Block("a: 0"), identity="a", before=Item("a", "1")),
            AddItem(("l",), Block("a: 2\nb: 9"), identity="a", replace=True),
            SetKey(("l", Item("a", "3")), "b", 1, order=("b",)),
        ),
        "l:\n- a: 0\n\n- a: 1\n  b: 2\n\n- a: 2\n  b: 9\n\n# hi\n- b: 1\n  a: 3\n  c:\n  - 1\n# end\n",  # noqa: E501 - a file on one line
    ),
    "the first key behind a dash goes": (
        "l:\n  - a: 1\n    # about b\n    b: 2\n  - a: 1\n    b: 2\n",
        (DropKey(("l", 0), "a"), DropKey(("l", 1), "a")),
        "l:\n  -\n    # about b\n    b: 2\n  - b: 2\n",
    ),
    "comments of a key go with it, others stay": (
        "a: 1\nb:\n  c: 2\n  # about d\n  d: 3\n    # deeper\n  # tail\n\n# next\ne: 4\n",
        (DropKey(("b",), "d"), SetKey(("b",), "z", 1)),
        "a: 1\nb:\n  c: 2\n  z: 1\n  # tail\n\n# next\ne: 4\n",
    ),
    "what becomes empty is {} or []": (
        "a:\n  - b\nc: # why\n  d: 1\ne: [x]\n",
        (DropItem(("a",), "b"), DropKey(("c",), "d"), DropItem(("e",), "x")),
        "a: []\nc: {} # why\ne: []\n",
    ),
    "a text is indented as the file is": (
        "a:\n    b:\n        c: 1\nl:\n- x\n",
        (
            SetKey(
                ("a",),
                "q",
                Block("r:\n  s:\n    - 1\n    # c\n    - t: |\n        # no\n        x\n"),
            ),
        ),
        "a:\n    b:\n        c: 1\n    q:\n        r:\n            s:\n            - 1\n            # c\n            - t: |\n                # no\n                x\nl:\n- x\n",  # noqa: E501 - a file on one line
    ),
    "comments behind values": (
        "a: x\nb: v4 # v4\nc: |\n  x\n",
        (
            SetKey((), "a", "x", comment="new"),
            SetKey((), "b", "0a1", comment="v5"),
            SetKey((), "c", "x\n", comment="script"),
        ),
        "a: x # new\nb: 0a1 # v5\nc: | # script\n  x\n",
    ),
    "others' values stay without replace": (
        "a: 1\n",
        (SetKey((), "a", 2, replace=False),),
        "a: 1\n",
    ),
    "only over the value that was known": (
        "a: |\n  old\nb: other\n",
        (
            SetKey((), "a", "new\n", over="old"),
            SetKey((), "b", "new", over="old"),
            SetKey((), "c", 1, over="old"),
        ),
        "a: |\n  new\nb: other\n",
    ),
    "a list as the document": ("- a\n- b\n", (AddItem((), "c"), DropItem((), "a")), "- b\n- c\n"),
    "CRLF and no line end at the end": (
        "a:\r\n  b: 1",
        (SetKey(("a",), "c", "x\ny\n"), SetKey(("a",), "d", 1)),
        "a:\r\n  b: 1\r\n  c: |\r\n    x\r\n    y\r\n  d: 1",
    ),
    "an item that another edit took away": (
        "s: [{a: 1}]\n",
        (SetKey(("s", Item("a", "2")), "c", 1),),
        "s: [{a: 1}]\n",
    ),
    "a byte order mark": ("\ufeffa: 1\n", (SetKey((), "b", 2),), "\ufeffa: 1\nb: 2\n"),
    "an action is found by its name": (
        "s:\n  - uses: a/b@v1 # v1\n  - uses: c/d@v1\n",
        (SetKey(("s", Item("uses", "a/b@0abc")), "uses", "a/b@123abc", comment="v1.2"),),
        "s:\n  - uses: a/b@123abc # v1.2\n  - uses: c/d@v1\n",
    ),
    "blank lines between entries": (
        "jobs:\n  a:\n    x: 1\n\n  b:\n    x: 1\n",
        (SetKey(("jobs",), "c", Block("x: 1")), DropKey(("jobs",), "a")),
        "jobs:\n  b:\n    x: 1\n\n  c:\n    x: 1\n",
    ),
    "blank lines that belong to a text": (
        "a: |+\n  x\n\nb: 1\n\nc: 2\n",
        (DropKey((), "b"),),
        "a: |+\n  x\n\nc: 2\n",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_was_asked_for(name: str) -> None:
    before, edits, after = CASES[name]
    assert apply_edits("values.yaml", before, edits) == after
    assert apply_edits("values.yaml", after, edits) == after


REFUSED: dict[str, tuple[str, YamlEdit, str]] = {
    "an alias": ("b: &b\n  x: 1\nj: *b\n", SetKey(("j",), "x", 2), "*b is an alias"),
    "a merge key": ("b: &b\n  x: {q: 1}\nj:\n  <<: *b\n", SetKey(("j", "x"), "q", 2), "merge key"),
    "a key that is inherited": ("b: &b\n  x: 1\nj:\n  <<: *b\n", DropKey(("j",), "x"), "merge key"),
    "an anchor that is used": ("a: &x 1\nb: *x\n", DropKey((), "a"), "anchor x"),
    "a key with a question mark": ("? a\n: b\n", SetKey((), "a", 2), "`?`"),
    "a pair without braces": ("a: [x: 1]\n", SetKey(("a", 0), "y", 2), "without braces"),
    "a scalar on the way": ("a: b\n", SetKey(("a", "b"), "c", 1), "cannot be looked up"),
    "a list in place of a mapping": ("a: [b]\n", SetKey(("a",), "c", 1), "needs a mapping"),
    "a mapping in place of a list": ("a: {b: c}\n", AddItem(("a",), "c"), "needs a list"),
    "broken YAML": ("a: [b\n", SetKey((), "c", 1), "not valid YAML"),
    "a template": ("a: {{ .Values.a }}\nb: 1\n{{ end }}\n", SetKey((), "c", 1), "not valid YAML"),
    "an item that would have to be made": (
        "a: 1\n",
        SetKey(("s", Item("a", "2")), "c", 1),
        "not there",
    ),
    "an item that is there twice": (
        "s: [{a: 1}, {a: 1}]\n",
        SetKey(("s", Item("a", "1")), "c", 1),
        "2 times",
    ),
    "a document that is not there": ("a: 1\n", SetKey((), "c", 1, document=1), "no document 1"),
    "a text of two documents": (
        "a: 1\n",
        SetKey((), "c", Block("a: 1\n---\nb: 1\n")),
        "more than one document",
    ),
    "a comment of two lines": ("a: 1\n", SetKey((), "c", 1, comment="x\nd: 1"), "other data"),
    "a mapping without an end": ("a: {b: 1\n", SetKey((), "c", 1), "not valid YAML"),
    "merge conflicts": ("<<<<<<< a\n=======\n>>>>>>> b\n", SetKey((), "c", 1), "merge conflict"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_says_where(name: str) -> None:
    text, edit, reason = REFUSED[name]
    with pytest.raises(EditError) as caught:
        apply_edits("dir/f.yaml", text, [edit])
    assert reason in str(caught.value)
    assert caught.value.place.startswith("dir/f.yaml")
    assert caught.value.hint


def test_keys_stand_in_the_order_of_a_workflow() -> None:
    text = (
        "name: ci\non: push\njobs:\n  deploy:\n    runs-on: ubuntu-24.04\n    steps:\n"
        "      - uses: a/b@v1\n      - run: ./x\n"
    )
    edits = [
        SetKey(("jobs", "deploy"), "timeout-minutes", 20),
        SetKey(("jobs", "deploy"), "environment", "production"),
        SetKey(("jobs", "deploy", "steps", 0, "with"), "persist-credentials", value=False),
        SetKey(("jobs", "deploy", "steps", 1), "id", "verify"),
        SetKey(("jobs", "deploy"), "needs", Block("[tests]")),
        SetKey((), "permissions", Block("contents: read")),
        SetKey(("on",), "workflow_call", Block("{}")),
    ]
    expected = (
        "name: ci\non: push\npermissions:\n  contents: read\njobs:\n  deploy:\n    needs: [tests]\n"
        "    runs-on: ubuntu-24.04\n    environment: production\n    timeout-minutes: 20\n    steps:\n"  # noqa: E501 - a file on one line
        "      - uses: a/b@v1\n        with:\n          persist-credentials: false\n"
        "      - id: verify\n        run: ./x\n"
    )
    path = ".github/workflows/ci.yaml"
    assert apply_edits(path, text, edits[:-1]) == expected
    assert apply_edits(path, text, edits[-2::-1]) == expected
    with pytest.raises(EditError):
        apply_edits(path, text, edits)


def test_keys_stand_in_the_order_of_a_pod() -> None:
    text = (
        "apiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n"
        "        - name: app\n          image: app:1\n          ports: []\n"
    )
    container = ("spec", "template", "spec", "containers", Item("name", "app"))
    edits = [
        SetKey(("spec", "template", "spec"), "serviceAccountName", "app"),
        SetKey(container, "livenessProbe", Block("httpGet:\n  path: /live\n  port: 80")),
        SetKey(container, "env", Block("- name: A\n  value: b")),
        SetKey(("metadata",), "name", "app"),
    ]
    done = apply_edits("app.yaml", text, edits)
    assert done == apply_edits("app.yaml", text, edits[::-1])
    assert done.startswith("apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app\nspec:")
    assert "    spec:\n      serviceAccountName: app\n      containers:\n" in done
    assert done.index("ports") < done.index("env:") < done.index("livenessProbe")


def test_a_long_plan_is_quick() -> None:
    import time

    text = "".join(f"job{i}:\n  steps:\n    - run: x\n" for i in range(50))
    edits = [SetKey((f"job{i}",), "timeout", 1) for i in range(50)]
    start = time.perf_counter()
    done = apply_edits("f.yaml", text, edits)
    assert time.perf_counter() - start < 2  # 40 ms on the machine it was written on
    assert apply_edits("f.yaml", done, edits) is done


def test_json_is_not_edited_as_yaml() -> None:
    with pytest.raises(EditError, match="JSON"):
        apply_edits("package.json", '{"a": 1}\n', [SetKey((), "b", "text")])
