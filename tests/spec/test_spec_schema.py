"""The published schema says the same as the reader."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from seatrial.engine.load import settings_types
from seatrial.model.environment import Environment
from seatrial.model.place import Place
from seatrial.repo import yaml
from seatrial.spec.draft import Draft, write_draft
from seatrial.spec.load import load_spec
from seatrial.spec.schema import json_schema
from tests.spec.test_load_spec import FULL, MISTAKES, TYPES

# What only the reader refuses: broken YAML, and a missing tier (names of tiers need none).
READER_ONLY = ("stands twice", "second document", "YAML", "merge", "UTF-8", "tier is missing")


def problems(text: str) -> list[str]:
    validator = jsonschema.Draft7Validator(json_schema(TYPES))
    return [error.message for error in validator.iter_errors(yaml.parse(text).first.plain())]


def test_the_schema_is_itself_valid() -> None:
    jsonschema.Draft7Validator.check_schema(json_schema(TYPES))
    jsonschema.Draft7Validator.check_schema(json_schema(settings_types()))


def test_the_schema_accepts_what_the_reader_accepts() -> None:
    assert problems(FULL) == []


@pytest.mark.parametrize(
    "text",
    [
        text
        for text, _, message, _ in MISTAKES
        if isinstance(text, str) and not any(word in message for word in READER_ONLY)
        if message != "not a date" or "31.1" in text
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(text: str) -> None:
    assert problems(text)


def test_limits_units_and_help_are_published() -> None:
    text = json.dumps(json_schema(TYPES))
    rollback = json.loads(text)["properties"]["practices"]["properties"]["rollback"]
    reviewers = rollback["properties"]["reviewers"]
    assert reviewers == {
        "type": "integer",
        "minimum": 1,
        "maximum": 6,
        "description": "listed reviewers (unit: people)",
        "default": 2,
    }


@pytest.mark.parametrize("name", ["shop", "no", "12", "a: b", "# x", "päck", "x\ny", "[", ""])
def test_a_draft_reads_back_as_what_was_found(tmp_path: Path, name: str) -> None:
    environments = (Environment(name or "dev", "production", (Place("r", "a b\n.yaml", 3),)),)
    draft = Draft(name, (("app", "."), ("infra", "../in fra"), ("infra", "../x")), environments, ())
    file = tmp_path / "seatrial.yaml"
    file.write_text(write_draft(draft), "utf-8")
    spec = load_spec(file, TYPES)
    assert spec.name == name
    assert [(r.role, r.path) for r in spec.repositories] == list(draft.repositories)
    assert [(e.name, e.tier) for e in spec.environments] == [(name or "dev", "production")]
    assert problems(file.read_text("utf-8")) == []


def test_a_draft_of_nothing_is_a_valid_file(tmp_path: Path) -> None:
    file = tmp_path / "seatrial.yaml"
    file.write_text(write_draft(Draft("x", (), (), ("rollback",))), "utf-8")
    assert load_spec(file, TYPES).environments == ()
