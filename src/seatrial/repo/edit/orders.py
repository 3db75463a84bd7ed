"""Orders in which keys of well-known mappings stand, and which mapping is of which kind."""

from __future__ import annotations

import re
from typing import Final

from seatrial.model.edit import At
from seatrial.repo.edit.nodes import Node

_WORKFLOW: Final = "name run-name on permissions env defaults concurrency jobs"
_JOB: Final = (
    "name needs if uses with secrets runs-on environment timeout-minutes permissions concurrency"
    " strategy continue-on-error env defaults outputs container services steps"
)
_STEP: Final = (
    "name id if continue-on-error timeout-minutes uses with env shell working-directory run"
)
_OBJECT: Final = "apiVersion kind metadata spec data stringData type status"
_METADATA: Final = "name generateName namespace labels annotations finalizers"
_POD: Final = (
    "serviceAccountName automountServiceAccountToken hostNetwork restartPolicy imagePullSecrets"
    " priorityClassName terminationGracePeriodSeconds securityContext nodeSelector affinity"
    " tolerations topologySpreadConstraints initContainers containers volumes"
)
_CONTAINER: Final = (
    "name image imagePullPolicy command args workingDir ports envFrom env startupProbe"
    " livenessProbe readinessProbe lifecycle resources securityContext volumeMounts"
)
_CHART: Final = (
    "apiVersion name description type version appVersion kubeVersion home icon sources keywords"
    " maintainers dependencies annotations"
)
_DEPENDENCY: Final = "name version repository condition tags alias import-values"
_DEPENDABOT: Final = "version enable-beta-ecosystems registries multi-ecosystem-groups updates"
_UPDATE: Final = (
    "package-ecosystem directory directories schedule target-branch open-pull-requests-limit"
    " cooldown groups labels reviewers assignees milestone commit-message allow ignore registries"
)
_COMPOSE: Final = "name include services networks volumes configs secrets"

_WORKFLOW_PATH: Final = re.compile(r"(?:^|/)\.github/workflows/[^/]+\.ya?ml$")
_ACTION_PATH: Final = re.compile(r"(?:^|/)action\.ya?ml$")
_DEPENDABOT_PATH: Final = re.compile(r"(?:^|/)\.github/dependabot\.ya?ml$")
_CHART_PATH: Final = re.compile(r"(?:^|/)Chart\.ya?ml$")
_COMPOSE_PATH: Final = re.compile(r"(?:^|/)(?:docker-)?compose[^/]*\.ya?ml$")


def order_of(path: str, at: At, root: Node | None) -> tuple[str, ...]:
    """The order of the keys of a mapping, or () where none is known."""
    return tuple(_words(path, at, root).split())


def _words(path: str, at: At, root: Node | None) -> str:
    if _WORKFLOW_PATH.search(path):
        return _in_workflow(at)
    if _ACTION_PATH.search(path):
        return _STEP if len(at) == 3 and at[:2] == ("runs", "steps") else ""  # noqa: PLR2004 - runs, steps, number
    if _CHART_PATH.search(path):
        return _DEPENDENCY if at[:1] == ("dependencies",) and len(at) > 1 else _at_root(at, _CHART)
    if _DEPENDABOT_PATH.search(path):
        return _UPDATE if at[:1] == ("updates",) and len(at) > 1 else _at_root(at, _DEPENDABOT)
    if _COMPOSE_PATH.search(path):
        return _at_root(at, _COMPOSE)
    if root is not None and root.find("apiVersion") and root.find("kind"):
        return _in_object(at, root)
    return ""


def _at_root(at: At, words: str) -> str:
    return words if not at else ""


def _in_workflow(at: At) -> str:
    if not at:
        return _WORKFLOW
    if at[0] != "jobs":
        return ""
    if len(at) == 2:  # noqa: PLR2004 - jobs, name
        return _JOB
    return _STEP if len(at) == 4 and at[2] == "steps" else ""  # noqa: PLR2004 - jobs, name, steps, number


def _in_object(at: At, root: Node) -> str:
    if not at:
        return _OBJECT
    last = at[-1]
    if last == "metadata":
        return _METADATA
    kind = root.find("kind")
    if at[-2:] == ("template", "spec") or (at == ("spec",) and kind and kind[1].value == "Pod"):
        return _POD
    return _CONTAINER if len(at) > 1 and at[-2] in {"containers", "initContainers"} else ""
