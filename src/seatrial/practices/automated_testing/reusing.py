"""Test workflows that the team has already: made callable, and started on pull requests."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.delivery.releases import releases
from seatrial.kit.delivery.testruns import TestKind
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Risk, Wish
from seatrial.model.edit import AddItem, Block, SetKey, YamlEdit
from seatrial.practices.automated_testing.unmasked import effective_later
from seatrial.repo.workflows import Workflow


def calling(site: Site[object], caller: Workflow) -> tuple[str, str, tuple[str, ...]] | None:
    """Id, path and lines of a job that calls a test workflow which stands beside the caller."""
    for workflow in _testing(site):
        if workflow.file.root is not caller.file.root or workflow is caller:
            continue
        lines = [f"uses: $/{workflow.file.path}", "permissions:"]
        asked = {"contents": "read"}
        nodes = (
            workflow.node.at("permissions"),
            *(j.node.at("permissions") for j in workflow.jobs),
        )
        for name, node in (pair for n in nodes for pair in n.pairs()):
            asked[name] = "write" if "write" in {node.text, asked.get(name)} else node.text
        lines += [f"  {name}: {level}" for name, level in sorted(asked.items())]
        secrets = _secrets(workflow)
        if secrets:
            lines += ["secrets:", *(f"  {n}: ${{{{ secrets.{n} }}}}" for n in secrets)]
        return "tests", workflow.file.path, tuple(lines)
    return None


def reusable(site: Site[object]) -> Iterator[Wish]:
    """Triggers that the team's own test workflows lack."""
    for workflow in _testing(site):
        edits = list(_triggers(workflow))
        if edits and not workflow.trigger("workflow_call"):
            file = workflow.file
            reason = "releases can call the tests that are there, so that they run before them"
            yield Edit(file.root.name, file.path, tuple(edits), reason, Risk.MEDIUM)


def _testing(site: Site[object]) -> list[Workflow]:
    """Workflows that test on proposals, release nothing, and can run inside of another one."""
    found: dict[int, Workflow] = {}
    releasing = {id(release.job.workflow) for release in releases(site)}
    for job, run in effective_later(site):
        workflow = job.workflow
        group = workflow.node.at("concurrency").text + workflow.node.at("concurrency", "group").text
        proposed = workflow.trigger("pull_request") or workflow.trigger("workflow_call")
        fits = run.kind is TestKind.TESTS and proposed and id(workflow) not in releasing
        # Inside of a caller `github.workflow` is the caller: both would wait for each other.
        if fits and "github.workflow" not in group and not workflow.node.at("on").text:
            found.setdefault(id(workflow), workflow)
    return list(found.values())


def _triggers(workflow: Workflow) -> Iterator[YamlEdit]:
    if workflow.node.at("on").kind == "seq":
        if not _secrets(workflow):
            yield AddItem(("on",), "workflow_call")
        return
    secrets = [f"  {name}:\n    required: false" for name in _secrets(workflow)]
    body = "\n".join(["secrets:", *secrets]) if secrets else "{}"
    yield SetKey(("on",), "workflow_call", Block(body), replace=False)


def _secrets(workflow: Workflow) -> list[str]:
    names = {name for job in workflow.jobs for name, _ in job.secrets}
    return sorted(names - {"GITHUB_TOKEN"})
