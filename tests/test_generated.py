"""What `apply` makes of the examples, held against the official schemas and the field's judges."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import jsonschema
import pytest
import yaml

from seatrial.engine.judges import Result, check
from seatrial.engine.watch import Silent
from seatrial.repo.files import Root
from seatrial.repo.repository import Repository
from tests.applied import applied, fresh, request
from tests.plans import planned


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    """The examples after `apply`; only looked at."""
    paths = fresh(tmp_path_factory.mktemp("pair"))
    applied(paths)
    return paths


@cache
def schema(file: Path) -> jsonschema.Draft7Validator:
    """A validator of one schema."""
    return jsonschema.Draft7Validator(json.loads(file.read_text("utf-8")))


def faults(validator: jsonschema.Draft7Validator, data: object) -> list[str]:
    """What a schema refuses, with its place in the document."""
    found = validator.iter_errors(data)
    return [f"{'/'.join(map(str, e.absolute_path))}: {e.message[:200]}" for e in found]


def yaml_files(paths: tuple[Path, ...], pattern: str) -> Iterator[Path]:
    """Files of both repositories."""
    for path in paths:
        yield from sorted(path.glob(pattern))


def test_every_workflow_fits_githubs_schema(pair: tuple[Path, ...], contracts: Path) -> None:
    validator = schema(contracts / "schemastore/github-workflow.json")
    seen = 0
    for file in yaml_files(pair, ".github/workflows/*.y*ml"):
        text = file.read_text("utf-8")
        # YAML 1.1 takes the key `on` for a boolean, GitHub does not.
        data = {"on" if key is True else key: value for key, value in yaml.safe_load(text).items()}
        assert faults(validator, data) == [], file
        seen += 1
    assert seen > 10


@pytest.mark.parametrize(
    ("pattern", "name"),
    [(".github/dependabot.yml", "dependabot-2.0"), ("docker-compose.yml", "compose-spec")],
)
def test_configuration_files_fit_their_schemas(
    pair: tuple[Path, ...], contracts: Path, pattern: str, name: str
) -> None:
    validator = schema(contracts / f"schemastore/{name}.json")
    files = list(yaml_files(pair, pattern))
    assert files
    for file in files:
        assert faults(validator, yaml.safe_load(file.read_text("utf-8"))) == [], file


def test_every_custom_resource_fits_its_definition(pair: tuple[Path, ...], contracts: Path) -> None:
    repository = Repository([Root(path) for path in pair])
    seen: set[str] = set()
    for manifest in repository.manifests:
        version = manifest.api_version.rpartition("/")[2]
        file = contracts / f"kubernetes/{manifest.group}/{manifest.kind.lower()}_{version}.json"
        if file.is_file():
            seen.add(manifest.kind)
            found = faults(schema(file), manifest.node.plain())
            assert found == [], f"{manifest.kind}/{manifest.name} in {manifest.file.path}"
    wanted = {"Application", "AppProject", "Rollout", "AnalysisTemplate", "AuthorizationPolicy"}
    assert wanted <= seen


def test_the_judges_of_the_field_find_nothing(tmp_path: Path) -> None:
    """Each of them looked; what is not installed here is named, and never taken for clean."""
    paths = fresh(tmp_path)
    plan = planned(request(paths))
    homes = dict(zip(plan.repositories, paths, strict=True))
    opinions = check(plan, homes, Silent())
    found = [f"{o.judge}: {o.place} {o.message}" for o in opinions if o.result is Result.FOUND]
    assert found == []
    clean = {o.judge for o in opinions if o.result is Result.CLEAN}
    # What wheels bring is here on every machine that runs these tests.
    assert {
        "zizmor",
        "helm",
        "kubernetes-validate",
        "hadolint",
        "shellcheck",
        "compileall",
    } <= clean
