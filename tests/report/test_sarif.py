"""The report for code scanning: valid, anchored, below GitHub's limits."""

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from seatrial.model.record import AuditRecord
from seatrial.model.struct import replace
from seatrial.report import FORMATS, Options, sarif
from tests.report.sample_record import EVIL, NO_BACKUP, OPTIONS, clean_record, record, verdict


def run(whole: AuditRecord, options: Options = OPTIONS) -> dict[str, list[dict[str, object]]]:
    document = json.loads(FORMATS["sarif"](whole, options))
    assert len(document["runs"]) == 1
    loaded: dict[str, list[dict[str, object]]] = document["runs"][0]
    return loaded


def uris(whole: AuditRecord, options: Options = OPTIONS) -> list[tuple[str, str]]:
    found = []
    for result in run(whole, options)["results"]:
        (place,) = result["locations"]  # type: ignore[misc]  # JSON, checked by its schema
        where = place["physicalLocation"]["artifactLocation"]  # type: ignore[has-type]  # same
        found.append((where["uri"], where["uriBaseId"]))
    return found


@pytest.mark.parametrize(
    "whole", [record(), clean_record(), replace(record(), repositories=record().repositories[:1])]
)
def test_a_report_is_valid_against_the_official_schema(
    whole: AuditRecord, contract: Callable[[str], Path]
) -> None:
    schema = json.loads(contract("schemastore/sarif-2.1.0.json").read_text())
    checker = jsonschema.validators.validator_for(schema)(
        schema, format_checker=jsonschema.FormatChecker()
    )
    checker.validate(json.loads(FORMATS["sarif"](whole, OPTIONS)))


def test_only_faults_are_results_and_waived_ones_are_suppressed() -> None:
    results = run(record())["results"]
    assert {r["ruleId"] for r in results} == {
        "database-backups/no-schedule",
        "remote-state/state-in-git",
        "automated-testing/not-a-gate",
        "health-checks/same-probe",
        "infrastructure-as-code/manual-command",
        "multi-region/one-region",
    }
    suppressed = [r["ruleId"] for r in results if "suppressions" in r]
    assert suppressed == ["health-checks/same-probe"]


def test_every_result_has_a_place_and_one_without_is_anchored_in_the_first_repository() -> None:
    places = uris(record())
    assert ("README.md", "REPOSITORY_shop") in places
    assert len(places) == 6


def test_each_of_two_repositories_has_a_base_of_its_own() -> None:
    bases = run(record())["originalUriBaseIds"]
    assert bases["REPOSITORY_shop"] == {"uri": "shop/", "uriBaseId": "%SRCROOT%"}  # type: ignore[call-overload]  # JSON
    assert ("terraform.tfstate.d/production/terraform.tfstate", "REPOSITORY_shop-infra") in uris(
        record()
    )


def test_one_repository_is_spelt_from_the_checkout() -> None:
    whole = record()
    inside = replace(whole.repositories[0], path="/home/ci/work/examples/shop")
    alone = replace(whole, repositories=(inside,), verdicts=(verdict(8),))
    assert uris(alone, replace(OPTIONS, root="/home/ci/work")) == [
        ("examples/shop/helm/shop/templates/postgresql.yaml", "%SRCROOT%")
    ]


def test_a_path_with_odd_characters_becomes_a_legal_uri() -> None:
    odd = [uri for uri, _ in uris(record()) if uri.startswith("scripts/")]
    assert odd == ["scripts/%3Cb%3E%0A%3A%3Aerror%3A%3A%2C%7C%60.sh"]


def test_the_fingerprint_does_not_depend_on_the_line() -> None:
    moved = replace(NO_BACKUP, place=replace(NO_BACKUP.place, line=99))
    prints = []
    for found in (NO_BACKUP, moved):
        judged = replace(verdict(8), findings=(found,))
        prints.append(run(replace(record(), verdicts=(judged,)))["results"][0])
    assert prints[0]["partialFingerprints"] == prints[1]["partialFingerprints"]
    assert prints[0]["locations"] != prints[1]["locations"]


def test_a_rule_has_its_page_its_text_and_a_weight() -> None:
    driver = run(record())["tool"]["driver"]  # type: ignore[call-overload]  # JSON
    rules = {rule["id"]: rule for rule in driver["rules"]}
    backup = rules["database-backups/no-schedule"]
    assert backup["helpUri"] == "https://docs.example/practices/database-backups#no-schedule"
    assert "Why: a dump" in backup["help"]["text"]
    assert backup["properties"]["security-severity"] == "9.5"
    assert all(len(rule["properties"]["tags"]) <= 20 for rule in rules.values())
    assert len({rule["id"] for rule in driver["rules"]}) == len(driver["rules"])


def test_what_could_not_be_read_is_a_notification_not_a_result() -> None:
    notes = run(record())["invocations"][0]["toolExecutionNotifications"]
    assert isinstance(notes, list)
    texts = [note["message"]["text"] for note in notes]
    assert any("did not find expected key" in text for text in texts)
    assert any("GITHUB_TOKEN" in text for text in texts)


def test_beyond_the_limit_mild_faults_are_left_out_and_it_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sarif, "MOST_RESULTS", 3)
    loaded = run(record())
    assert [r["level"] for r in loaded["results"]] == ["error", "error", "error"]
    assert "3 further faults were left out" in json.dumps(loaded["invocations"])


def test_the_limit_is_githubs() -> None:
    many = replace(verdict(12), findings=(replace(EVIL, message="m"),) * 25_001)
    assert len(run(replace(record(), verdicts=(many,)))["results"]) == 25_000
