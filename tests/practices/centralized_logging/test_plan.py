"""What the plan of practice 6 writes: a store, a collector, JSON lines without secrets."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from pathlib import Path

import pytest
import yaml

from seatrial.kit.planning.render import render
from tests.practices.applied import Applied


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Applied:
    return Applied(tmp_path_factory.mktemp("pair"), "centralized-logging").carry_out()


def test_loki_keeps_a_month_in_a_bucket_of_the_cluster(pair: Applied) -> None:
    terraform = pair.text("iac-vmshift/terraform/loki.tf")
    assert "count" not in terraform
    assert "linode_object_storage_bucket.loki.label" in terraform
    values = yaml.safe_load(pair.text("iac-vmshift/helm-values/loki.yaml"))
    loki = values["loki"]
    assert loki["limits_config"]["retention_period"] == "744h"
    assert loki["compactor"]["retention_enabled"] is True
    assert [c["schema"] for c in loki["schemaConfig"]["configs"]] == ["v13"]
    assert "accessKey" not in json.dumps(values)
    assert pair.again() == []


def test_alloy_keeps_its_positions_and_few_labels(pair: Applied) -> None:
    values = yaml.safe_load(pair.text("iac-vmshift/helm-values/alloy.yaml"))
    text = values["alloy"]["configMap"]["content"]
    assert values["alloy"]["storagePath"] == "/var/lib/alloy"
    assert "{{" not in text  # The chart runs it through its templates.
    labels = text.partition("stage.labels")[2].partition("}")[0]
    assert "request_id" not in labels
    code = re.sub(r'"(?:[^"\\]|\\.)*"', "", text)
    assert code.count("{") == code.count("}")


def test_the_entry_file_changes_by_two_lines(pair: Applied) -> None:
    before = (Path(__file__).parents[3] / "examples/vmshift/app/main.py").read_text().splitlines()
    after = pair.text("vmshift/app/main.py").splitlines()
    added = [line for line in after if line not in before]
    assert added == [
        "from app.json_logging import use_json_for_asgi",
        "use_json_for_asgi(app)",
    ]
    assert [line for line in after if line in before] == before


def _module(*kinds: str) -> dict[str, object]:
    text = render("centralized_logging", "app/json_logging.py.j2", kinds=kinds, service="shop")
    made: dict[str, object] = {}
    exec(compile(text, "json_logging.py", "exec"), made)  # noqa: S102 (our own template)
    return made


def test_a_line_is_json_and_holds_no_secret() -> None:
    formatter = _module("asgi")["JsonFormatter"]
    assert isinstance(formatter, type)
    record = logging.makeLogRecord({
        "msg": 'password=%s postgres://u:FAKE-pw@db/x "token": "FAKE-t" Authorization: Bearer FAKE',
        "args": ("FAKE-secret",),
        "order": 7,
    })  # fmt: skip
    line = json.loads(formatter().format(record))
    assert "FAKE" not in json.dumps(line)
    assert line["order"] == "7"
    assert line["service"] == "shop"


@pytest.mark.parametrize(("given", "kept"), [(b"abc-1", True), (b"x\ny", False), (b"", False)])
def test_each_request_has_an_id(given: bytes, kept: bool) -> None:  # noqa: FBT001 (parameter of a test)
    made = _module("asgi")
    middleware = made["RequestIdMiddleware"]
    assert isinstance(middleware, type)
    sent: list[dict[str, object]] = []

    async def app(_scope: object, _receive: object, send: object) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})  # type: ignore[operator] # an ASGI callable

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    scope = {"type": "http", "headers": [(b"x-request-id", given)]}
    asyncio.run(middleware(app)(scope, None, send))
    headers = sent[0]["headers"]
    assert isinstance(headers, list)
    name, value = headers[0]
    assert name == b"x-request-id"
    assert (value == given) is kept
    assert len(value) > 0


def test_another_store_is_kept(tmp_path: Path) -> None:
    repo = tmp_path / "repo"
    (repo / "flux").mkdir(parents=True)
    cases = Path(__file__).parents[3] / "src/seatrial/practices/centralized_logging/cases"
    text = (cases / "store-without-collector/repo/flux/loki.yaml").read_text()
    (repo / "flux/loki.yaml").write_text(text)
    applied = Applied(tmp_path, "centralized-logging", names=("repo",)).carry_out()
    assert [change.path for change in applied.plan.files] == ["flux/alloy.yaml"]
    objects = list(yaml.safe_load_all(applied.text("repo/flux/alloy.yaml")))
    assert [o["kind"] for o in objects] == ["HelmRepository", "HelmRelease"]
    assert "loki-gateway.logging.svc" in applied.text("repo/flux/alloy.yaml")
    assert applied.text("repo/flux/loki.yaml") == text
