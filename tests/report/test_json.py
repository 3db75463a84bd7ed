"""The report for programs keeps the contract that is published."""

import json
from collections.abc import Iterator, Mapping

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.model.record import AuditRecord
from seatrial.model.struct import replace
from seatrial.report import FORMATS
from seatrial.report.as_json import schema
from tests.report.sample_record import EVIL, HOSTILE, OPTIONS, clean_record, record, verdict


def document(whole: AuditRecord) -> dict[str, list[dict[str, object]]]:
    loaded: dict[str, list[dict[str, object]]] = json.loads(FORMATS["json"](whole, OPTIONS))
    return loaded


def validator() -> jsonschema.Draft7Validator:
    loaded = json.loads(schema())
    jsonschema.Draft7Validator.check_schema(loaded)
    return jsonschema.Draft7Validator(loaded)


@pytest.mark.parametrize("whole", [record(), clean_record(), replace(record(), verdicts=())])
def test_a_report_is_valid_against_the_published_schema(whole: AuditRecord) -> None:
    validator().validate(document(whole))


def objects(part: object) -> Iterator[Mapping[str, object]]:
    if isinstance(part, dict):
        yield part
        for value in part.values():
            yield from objects(value)


def test_the_schema_leaves_no_object_open() -> None:
    loaded = json.loads(schema())
    shapes = [part for part in objects(loaded) if part.get("type") == "object"]
    assert len(shapes) > 10
    assert all("additionalProperties" in shape for shape in shapes)


def test_a_key_that_the_schema_does_not_know_is_refused() -> None:
    changed = document(record())
    changed["practices"][0]["surprise"] = 1
    assert not validator().is_valid(changed)


def test_faults_stand_in_findings_and_what_was_met_in_evidence() -> None:
    health = document(record())["practices"][3]
    assert health["id"] == "health-checks"
    findings, evidence = health["findings"], health["evidence"]
    assert isinstance(findings, list)
    assert isinstance(evidence, list)
    assert [f["waiver"] for f in findings] == [
        "the worker has one dependency only; owner platform, until 2027-03-01"
    ]
    assert evidence[0]["location"]["path"] == "helm/shop/templates/api.yaml"


def test_practices_come_by_number_and_the_summary_counts_them() -> None:
    whole = record()
    shuffled = replace(whole, verdicts=tuple(reversed(whole.verdicts)))
    loaded = json.loads(FORMATS["json"](shuffled, OPTIONS))
    assert [p["number"] for p in loaded["practices"]] == list(range(1, 21))
    assert sum(loaded["summary"].values()) == 20


def test_a_system_without_environments_has_an_empty_map() -> None:
    assert document(clean_record())["practices"][0]["environments"] == {}


def test_a_hostile_message_comes_back_as_it_was_but_for_bytes_that_are_no_text() -> None:
    summary = document(record())["practices"][11]["summary"]
    assert summary == HOSTILE.replace("\udc80", "?")


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_any_message_survives(message: str) -> None:
    judged = replace(verdict(12), findings=(replace(EVIL, message=message),))
    loaded = json.loads(FORMATS["json"](replace(record(), verdicts=(judged,)), OPTIONS))
    assert loaded["practices"][0]["findings"][0]["message"] == message
