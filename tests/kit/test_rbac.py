"""The evaluator against the recorded decisions of a real API server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TypedDict, cast

import pytest

from seatrial.kit.platform.rbac import (
    Binding,
    Policy,
    Request,
    Role,
    Rule,
    Subject,
    escalations,
    is_everything,
)


class RawRule(TypedDict, total=False):
    """A rule as the API writes it."""

    verbs: list[str]
    apiGroups: list[str]
    resources: list[str]
    resourceNames: list[str]
    nonResourceURLs: list[str]


class Recorded(TypedDict):
    """The parts of the recording that are read."""

    objects: list[dict[str, object]]
    stored: dict[str, list[RawRule]]
    questions: list[tuple[str, list[str], dict[str, str], bool]]


def _rule(raw: RawRule) -> Rule:
    return Rule(
        tuple(raw.get("verbs", ())),
        tuple(raw.get("apiGroups", ())),
        tuple(raw.get("resources", ())),
        tuple(raw.get("resourceNames", ())),
        tuple(raw.get("nonResourceURLs", ())),
    )


def _policy(recorded: Recorded) -> Policy:
    roles: list[Role] = [
        Role(name, "", tuple(map(_rule, rules))) for name, rules in recorded["stored"].items()
    ]
    known = set(recorded["stored"])
    bindings: list[Binding] = []
    for raw in recorded["objects"]:
        metadata = cast("dict[str, str]", raw["metadata"])
        labels = cast("dict[str, dict[str, str]]", raw["metadata"]).get("labels") or {}
        namespace = metadata.get("namespace", "")
        if str(raw["kind"]).endswith("Binding"):
            reference = cast("dict[str, str]", raw["roleRef"])
            subjects = tuple(
                Subject(s["kind"], s["name"], s.get("namespace", ""))
                for s in cast("list[dict[str, str]]", raw.get("subjects") or [])
            )
            bindings.append(
                Binding(metadata["name"], namespace, reference["kind"], reference["name"], subjects)
            )
        elif metadata["name"] not in known:
            rules = tuple(map(_rule, cast("list[RawRule]", raw.get("rules") or [])))
            aggregation = cast("dict[str, list[dict[str, dict[str, str]]]]", raw).get(
                "aggregationRule"
            )
            selectors = tuple(
                s["matchLabels"]
                for s in cast("dict[str, list[dict[str, dict[str, str]]]]", aggregation or {}).get(
                    "clusterRoleSelectors", []
                )
            )
            roles.append(Role(metadata["name"], namespace, rules, labels, selectors))
    return Policy(tuple(roles), tuple(bindings))


@pytest.fixture(scope="module")
def recorded(contracts: Path) -> Recorded:
    """The recording."""
    path = contracts / "kubernetes-recorded" / "rbac-decisions.json"
    return cast("Recorded", json.loads(path.read_text(encoding="utf-8")))


def test_every_recorded_decision_is_answered_as_the_api_server_did(recorded: Recorded) -> None:
    policy = _policy(recorded)
    wrong = []
    for user, groups, asked, allowed in recorded["questions"]:
        request = Request(
            asked["verb"],
            asked.get("resource", ""),
            asked.get("group", ""),
            asked.get("subresource", ""),
            asked.get("namespace", ""),
            asked.get("name", ""),
            asked.get("path", ""),
        )
        if policy.allows(user, groups, request) is not allowed:
            wrong.append((user, asked, allowed))
    assert len(recorded["questions"]) == 4000
    assert not wrong


def test_masters_pass_without_any_role() -> None:
    assert Policy((), ()).allows("ann", ["system:masters"], Request("delete", "nodes"))


def test_a_binding_to_a_missing_role_grants_nothing() -> None:
    binding = Binding("b", "", "ClusterRole", "gone", (Subject("User", "ann"),))
    assert not Policy((), (binding,)).allows("ann", [], Request("get", "pods"))


def test_aggregation_in_a_circle_ends() -> None:
    pods = Rule(("get",), ("",), ("pods",))
    one = Role("one", "", (), {"a": "y"}, ({"a": "y"},))
    two = Role("two", "", (pods,), {"a": "y"}, ({"a": "y"},))
    binding = Binding("b", "", "ClusterRole", "one", (Subject("User", "ann"),))
    assert Policy((one, two), (binding,)).allows("ann", [], Request("get", "pods"))


@pytest.mark.parametrize(
    ("verb", "group", "resource"),
    [
        ("escalate", "rbac.authorization.k8s.io", "clusterroles"),
        ("bind", "*", "roles"),
        ("impersonate", "", "users"),
        ("create", "", "serviceaccounts/token"),
        ("create", "", "*/token"),
        ("get", "", "nodes/proxy"),
    ],
)
def test_known_ways_to_more_rights_are_found(verb: str, group: str, resource: str) -> None:
    assert escalations([Rule((verb,), (group,), (resource,))])


def test_a_rule_for_named_objects_is_no_way_to_more_rights() -> None:
    assert not escalations([Rule(("bind",), ("*",), ("roles",), ("viewer",))])


def test_all_verbs_on_everything_is_everything() -> None:
    assert is_everything([Rule(("*",), ("*",), ("*",))])
    assert not is_everything([Rule(("*",), ("apps",), ("*",))])
