"""`seatrial.yaml`: what is read, and what every mistake says."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Literal

import pytest

from seatrial.model.errors import NotReadableError, SpecError
from seatrial.model.struct import field, struct
from seatrial.spec.document import DeclaredRepository
from seatrial.spec.load import load_spec


@struct
class Receiver:
    """Where alerts go."""

    channel: str
    urgent: bool = False


@struct
class Settings:
    """Settings of the example."""

    reviewers: int = field(
        default=2, metadata={"min": 1, "max": 6, "unit": "people", "help": "listed reviewers"}
    )
    required_in: tuple[str, ...] = ("production",)
    window: float = 0.5
    mode: Literal["strict", "loose"] = "strict"
    until: date | None = None
    receivers: tuple[Receiver, ...] = ()


TYPES: dict[str, type] = {"rollback": Settings, "gitops": Settings}

FULL = """\
version: 1
name: shop
repositories:
  app: .
  infra: [../infra, ../cluster]
environments:
  dev: dev
  live: {tier: production, namespace: shop, url: "https://shop.example", branch: main}
practices:
  rollback:
    reviewers: 3
    required_in: [staging, production]
    window: 2
    mode: loose
    until: 2027-01-31
    receivers:
      - channel: ops
        urgent: true
waivers:
  - rule: rollback/*
    path: helm/**
    environment: dev
    resource: api
    reason: nobody relies on it
    owner: ops
    expires: 2027-01-31
"""


def spec_of(tmp_path: Path, text: str | bytes) -> Path:
    file = tmp_path / "seatrial.yaml"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


def test_everything_that_the_file_can_say_is_read(tmp_path: Path) -> None:
    spec = load_spec(spec_of(tmp_path, FULL), TYPES)
    assert spec.name == "shop"
    assert spec.repositories[1] == DeclaredRepository("infra", "../infra", 5)
    assert [(e.name, e.tier, e.branch) for e in spec.environments] == [
        ("dev", "dev", ""),
        ("live", "production", "main"),
    ]
    assert spec.practices["rollback"] == Settings(
        3,
        ("staging", "production"),
        2.0,
        "loose",
        date(2027, 1, 31),
        (Receiver("ops", urgent=True),),
    )
    (waiver,) = spec.waivers
    assert (waiver.rule, waiver.expires, waiver.line) == ("rollback/*", date(2027, 1, 31), 20)
    assert "gitops" not in spec.practices


@pytest.mark.parametrize("text", ["", "# nothing\n", "version: 1\n", "waivers:\npractices:\n"])
def test_nothing_in_the_file_is_required(tmp_path: Path, text: str) -> None:
    spec = load_spec(spec_of(tmp_path, text), TYPES)
    assert (spec.repositories, spec.environments, spec.waivers) == ((), (), ())


WAIVER = "waivers:\n  - rule: {rule}\n    reason: x\n    owner: y\n    expires: {expires}\n"
MISTAKES = [
    ("versions: 1\n", 1, "unknown key 'versions'", "version"),
    ("version: 2\n", 1, "only 1 is known", "update"),
    ("name: [a]\n", 1, "expected text, found a list", ""),
    ("- a\n", 1, "the file: expected keys and values", ""),
    ("repositories:\n  apps: .\n", 2, "unknown key 'apps'", "app"),
    ("repositories:\n  app: /etc\n", 2, "not a relative path", "relative"),
    ("environments:\n  dev: {tier: prodution}\n", 2, "not one of", "production"),
    ("environments:\n  live:\n    namespace: x\n", 2, "tier is missing", "tier"),
    ("environments:\n  dev:\n    namspace: x\n", 3, "unknown key 'namspace'", "namespace"),
    ("environments: [dev]\n", 1, "expected names", "production"),
    ("practices:\n  rolback: {}\n", 2, "unknown key 'rolback'", "rollback"),
    ("practices:\n  rollback:\n    reviewer: 2\n", 3, "unknown key 'reviewer'", "reviewers"),
    ("practices:\n  rollback:\n    reviewers: two\n", 3, "a whole number (people), found text", ""),
    ("practices:\n  rollback:\n    reviewers: true\n", 3, "found true or false", ""),
    ("practices:\n  rollback:\n    reviewers: 9\n", 3, "above the most, 6 people", "reviewers"),
    ("practices:\n  rollback:\n    reviewers: 0\n", 3, "below the least, 1 people", "reviewers"),
    ("practices:\n  rollback:\n    required_in: production\n", 3, "expected a list", "[a, b]"),
    ("practices:\n  rollback:\n    mode: lose\n", 3, "not one of strict, loose", "loose"),
    ("practices:\n  rollback:\n    until: soon\n", 3, "not a date", "2027-01-31"),
    ("practices:\n  rollback:\n    receivers:\n    - urgent: true\n", 4, "channel is missing", ""),
    ("practices: 3\n", 1, "expected keys and values, found a whole number", ""),
    ("waivers: {}\n", 1, "expected a list", "rule"),
    ("waivers:\n  - rule: rollback/x\n    owner: y\n", 2, "reason is missing", "why"),
    ("waivers:\n  - rule: rollback/x\n    reason: y\n", 2, "owner is missing", "who"),
    ("waivers:\n  - {rule: rollback/x, reason: y, owner: z}\n", 2, "expires is missing", "until"),
    (
        WAIVER.format(rule="rollback", expires="2027-01-31"),
        2,
        "not <practice>/<rule>",
        "rollback/*",
    ),
    (WAIVER.format(rule="rolback/x", expires="2027-01-31"), 2, "no practice", "rollback"),
    (WAIVER.format(rule="rollback/x", expires="31.1.2027"), 5, "not a date", "2027-01-31"),
    ("name: a\nname: b\n", 2, "'name' stands twice", "keep one"),
    ("name: a\n---\nname: b\n", 3, "second document", "keep one"),
    ("name:\n\t- a\n", 2, "not valid YAML", ""),
    ("name: [a\n", 2, "not valid YAML", ""),
    (
        "<<<<<<< HEAD\nname: a\n=======\nname: b\n>>>>>>> x\n",
        1,
        "merge conflict",
        "finish the merge",
    ),
    ("a: &a [1]\nb: *c\n", 2, "not valid YAML", ""),
    (b"name: a\nb: \xff\n", 2, "not valid UTF-8", "UTF-8"),
]


@pytest.mark.parametrize(("text", "line", "message", "hint"), MISTAKES)
def test_a_mistake_says_where_what_and_what_to_do(
    tmp_path: Path, text: str | bytes, line: int, message: str, hint: str
) -> None:
    file = spec_of(tmp_path, text)
    with pytest.raises(SpecError) as caught:
        load_spec(file, TYPES)
    assert caught.value.place == f"{file}:{line}"
    assert message in str(caught.value)
    assert hint in caught.value.hint
    assert caught.value.hint


def test_a_value_is_not_repeated_in_the_error(tmp_path: Path) -> None:
    text = "practices:\n  rollback:\n    reviewers: hunter2\n    mode: hunter2\n"
    with pytest.raises(SpecError) as caught:
        load_spec(spec_of(tmp_path, text), TYPES)
    assert "hunter2" not in f"{caught.value} {caught.value.hint}"


def test_a_bomb_of_anchors_is_refused_quickly(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 40)]
    with pytest.raises(SpecError, match="unknown key"):
        load_spec(spec_of(tmp_path, "\n".join(lines)), TYPES)


def test_what_is_no_file_cannot_be_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "huge.yaml").write_bytes(b"#" * (1024 * 1024 + 1))
    for name, reason in (("none", "no such file"), ("pipe", "not a file"), ("huge.yaml", "1 MiB")):
        with pytest.raises(NotReadableError, match=reason):
            load_spec(tmp_path / name, TYPES)
    with pytest.raises(NotReadableError):
        load_spec(tmp_path, TYPES)


def test_excluded_paths_are_globs_from_the_root(tmp_path: Path) -> None:
    file = tmp_path / "seatrial.yaml"
    file.write_text("exclude: ['tests/fixtures/**', samples/*]\n")
    assert load_spec(file, {}).exclude == ("tests/fixtures/**", "samples/*")


@pytest.mark.parametrize("written", ["exclude: all\n", "exclude: [/etc]\n", "exclude: [../x]\n"])
def test_an_exclusion_that_is_no_glob_of_the_repository_is_refused(
    tmp_path: Path, written: str
) -> None:
    file = tmp_path / "seatrial.yaml"
    file.write_text(written)
    with pytest.raises(SpecError, match="exclude"):
        load_spec(file, {})
