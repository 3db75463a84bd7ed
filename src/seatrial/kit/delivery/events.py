"""What GitHub's contexts say on an event, as far as the workflow fixes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from seatrial.kit.delivery.needs import survives_failure
from seatrial.repo.expressions import Known, Opaque, evaluate, fold

if TYPE_CHECKING:
    from seatrial.repo.workflows import Job, Trigger, Workflow
    from seatrial.repo.yaml import Node

Scope = Mapping[str, Known]
_BRANCHED = {"push", "pull_request", "pull_request_target"}


def base_scopes(workflow: Workflow, trigger: Trigger) -> tuple[Scope, ...]:
    """One scope for each branch that a trigger names; a single one where it names none."""
    common: dict[str, Known] = {"github.event_name": trigger.event}
    if trigger.event != "workflow_dispatch":
        dispatch = workflow.trigger("workflow_dispatch")
        for name in dispatch.inputs if dispatch else ():
            common[f"inputs.{name}"] = common[f"github.event.inputs.{name}"] = ""
    if trigger.event not in _BRANCHED:
        return (common,)
    if trigger.event != "push":
        common["github.ref"] = "refs/pull/1/merge"
        return tuple(common | {"github.base_ref": b} for b in _named(trigger)) or (common,)
    if trigger.tags_only:
        return (common | {"github.ref_type": "tag"},)
    return tuple(common | branch(b) for b in _named(trigger)) or (common,)


def branch(name: str) -> dict[str, Known]:
    """What the contexts say on a branch."""
    return {
        "github.ref": f"refs/heads/{name}",
        "github.ref_name": name,
        "github.ref_type": "branch",
    }


def chained_scopes(link: Trigger, first: Trigger) -> tuple[Scope, ...]:
    """Scopes of a workflow that follows another one which `first` started."""
    common: dict[str, Known] = {
        "github.event_name": "workflow_run",
        "github.event.workflow_run.event": first.event,
    }
    heads = _named(first) if first.event == "push" else ()
    allowed = [p for p in link.branches if not p.startswith("!")]
    heads = tuple(h for h in heads if not allowed or h in allowed or _has_pattern(allowed))
    key = "github.event.workflow_run.head_branch"
    return tuple(common | {key: head} for head in heads) or (common,)


def call_scope(called: Workflow, caller: Job, scope: Scope) -> Scope:
    """Scope inside a reusable workflow: the caller's, with the inputs that it hands over."""
    inner = {key: value for key, value in scope.items() if not key.startswith("inputs.")}
    declared = called.node.at("on", "workflow_call", "inputs")
    for name, body in declared.pairs():
        given = caller.node.at("with", name)
        value = _value(given, scope) if given else body.at("default").value
        if not isinstance(value, Opaque):
            inner[f"inputs.{name}"] = value if value is not None else ""
    return inner


def runs_in(job: Job, scope: Scope, seen: frozenset[str] = frozenset()) -> bool:
    """False when a job is skipped in a scope: by its own `if`, or since a job it needs is."""
    if fold(job.condition, scope) is False:
        return False
    if "!failure()" in job.condition.replace(" ", "") or survives_failure(job):
        return True
    needed = (job.workflow.job(name) for name in job.needs if name not in seen)
    return all(runs_in(other, scope, seen | {job.id}) for other in needed if other)


def _value(node: Node, scope: Scope) -> Known | Opaque:
    text = node.text.strip()
    if "${{" not in text:
        return node.value
    if text.startswith("${{") and text.endswith("}}") and text.count("${{") == 1:
        return evaluate(text[3:-2], scope)
    return Opaque()


def _named(trigger: Trigger) -> tuple[str, ...]:
    if _has_pattern(trigger.branches):
        return ()
    return trigger.branches


def _has_pattern(branches: tuple[str, ...] | list[str]) -> bool:
    return any(set(b) & set("*?![+") for b in branches)
