"""What names a version a second time: files that nothing reads, jobs that others replace."""

from __future__ import annotations

from seatrial.kit.delivery.gitedits import Edit, edits
from seatrial.kit.planning.rollouts import rollouts
from seatrial.kit.planning.targets import claims, targets
from seatrial.kit.platform.gitops import deliveries
from seatrial.kit.site import Site, once
from seatrial.model.struct import struct
from seatrial.repo.environments import environment_of
from seatrial.repo.files import File
from seatrial.repo.kubernetes.chart_values import resolved
from seatrial.repo.kubernetes.charts import Chart
from seatrial.repo.workflows import Job


@struct(eq=False)
class Double:
    """Values files that claim an environment beside the one that is read."""

    environment: str
    read: File
    unread: tuple[File, ...]


@once
def doubles(site: Site[object]) -> tuple[Double, ...]:
    """Environments that two files of one chart claim, where it is known which one is read."""
    found: list[Double] = []
    for target in targets(site):
        files = [v.file for v in claims(target.chart, target.environment.name)]
        read = target.values
        if read is None or len(files) < 2 or read not in files:  # noqa: PLR2004 - a pair
            continue
        beside = [f for f in files if f is not read and f.folder == read.folder]
        others = tuple(f for f in beside if not _is_layer(target.chart, f))
        if others:
            found.append(Double(target.environment.name, read, others))
    return tuple(found)


def _is_layer(chart: Chart, file: File) -> bool:
    """True for a file that some installation reads."""
    return any(
        v.file is file
        for reference in chart.references
        for v in resolved(reference, chart.folder, chart.roots)
    )


@once
def second_writers(site: Site[object]) -> tuple[tuple[Job, Job], ...]:
    """Jobs that write a tag which another job brings as well, each with that other job.

    Practice 11 switches them off, so that no other practice needs to change them.
    """
    ours = {id(one.job) for one in rollouts(site)}
    found: dict[int, tuple[Job, Job]] = {}
    for write in edits(site):
        job = write.job
        if id(job) in ours or write.remote or not write.push or deliveries(site):
            continue
        instead = _replacement(site, write)
        if instead:
            found.setdefault(id(job), (job, instead))
    return tuple(found.values())


def is_second(site: Site[object], job: Job) -> bool:
    """True for a job that writes a tag a second time."""
    return any(one is job for one, _ in second_writers(site))


def _replacement(site: Site[object], write: Edit) -> Job | None:
    """A job that brings the same environment its version, into the file that is read."""
    unread = {f for one in doubles(site) for f in one.unread}
    files = set(write.files)
    named = {environment_of(f.path) for f in files}
    for one in sorted(rollouts(site), key=lambda r: r.environment not in named):
        if one.chart.root is not write.job.workflow.file.root or not one.tag or not one.key:
            continue
        folder = one.chart.folder
        inside = [f for f in files if f.path.startswith(f"{folder}/" if folder else "")]
        if inside and (files <= unread or one.values in {f.path for f in inside}):
            return one.job
    return None
