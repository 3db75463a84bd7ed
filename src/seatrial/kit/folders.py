"""In which folder a step runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seatrial.repo.workflows import Job, Step


def folder_of(job: Job, step: Step) -> str | None:
    """Working directory of a step from the repository's root; None when only the run knows it."""
    nodes = [step.node.at("working-directory")]
    if step.file is job.workflow.file:
        path = ("defaults", "run", "working-directory")
        nodes += [job.node.at(*path), job.workflow.node.at(*path)]
    written = next((node.text for node in nodes if node.text), "")
    if "${{" in written or "$" in written or written.startswith("/"):
        return None
    return written.removeprefix("./").rstrip("/").removeprefix(".")
