"""Ways to the steps of workflows that still lead there after another practice changed the file."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.model.edit import At, Item
from seatrial.model.struct import struct
from seatrial.repo.steps import Step
from seatrial.repo.workflows import Job, Workflow
from seatrial.repo.yaml import Node


@struct(eq=False)
class Standing:
    """A step with the way to it.

    Attributes:
        at: way to the step in its file.
    """

    step: Step
    at: At


def job_at(job: Job) -> At:
    """Way to a job."""
    return ("jobs", job.id)


def steps_of(job: Job) -> Iterator[Standing]:
    """Steps of a job as written, those that are off included."""
    default = job.node.at("defaults", "run", "shell").text
    default = default or job.workflow.node.at("defaults", "run", "shell").text
    nodes = job.node.at("steps").items()
    for index, node in enumerate(nodes):
        step = Step(job.workflow.file, node, default)
        yield Standing(step, (*job_at(job), "steps", item_of(nodes, index)))


def composite_steps(workflows: tuple[Workflow, ...]) -> Iterator[Standing]:
    """Steps of the composite actions of the repositories of these workflows, each once."""
    seen: set[int] = set()
    for workflow in workflows:
        for steps in workflow.actions.values():
            nodes = [step.node for step in steps]
            if id(steps) in seen:
                continue
            seen.add(id(steps))
            for index, step in enumerate(steps):
                yield Standing(step, ("runs", "steps", item_of(nodes, index)))


def item_of(nodes: list[Node], index: int) -> Item | int:
    """What names one step among its neighbours: id, name or action where only it has that."""
    node = nodes[index]
    for key in ("id", "name", "uses"):
        text = node.at(key).text
        alike = [n for n in nodes if _same(key, n.at(key).text, text)]
        if text and len(alike) == 1:
            return Item(key, text)
    return index


def _same(key: str, one: str, other: str) -> bool:
    if key == "uses":
        return one.partition("@")[0] == other.partition("@")[0]
    return one == other
