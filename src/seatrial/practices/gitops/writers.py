"""Jobs that write tags into git already: they are mended, or switched off as the second one."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.delivery.gitedits import Edit as Write
from seatrial.kit.delivery.gitedits import edits
from seatrial.kit.planning.doubles import second_writers
from seatrial.kit.planning.rollouts import rollouts
from seatrial.kit.platform.gitops_files import read_by_deliveries
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Leave, Risk, Wish
from seatrial.model.edit import AddItem, DropKey, FileEdit, SetKey
from seatrial.practices.gitops.sedscripts import changed_tags
from seatrial.practices.gitops.settings import Settings
from seatrial.repo.workflows import Job


def writers(site: Site[Settings]) -> Iterator[Wish]:
    """Yield what becomes of each job that writes a tag and is not one of ours."""
    for job, instead in second_writers(site):
        yield from _off(job, instead)
    seen = {id(r.job) for r in rollouts(site)} | {id(job) for job, _ in second_writers(site)}
    for write in edits(site):
        if id(write.job) not in seen and not write.remote and write.push:
            seen.add(id(write.job))
            yield from _mended(site, write)


def _off(job: Job, instead: Job) -> Iterator[Edit]:
    workflow = job.workflow
    made: list[FileEdit] = [
        SetKey(
            ("jobs", job.id),
            "if",
            value=False,
            comment=f"job {instead.id} writes the version, into the file that is read",
        )
    ]
    alone = all(other is job or other.is_off for other in workflow.jobs)
    node = workflow.node.at("on")
    if alone and node.kind == "map" and node.names() != ["workflow_dispatch"]:
        made.append(SetKey(("on",), "workflow_dispatch", None, replace=False))
        made += [DropKey(("on",), event) for event in node.names() if event != "workflow_dispatch"]
    yield Edit(
        workflow.file.root.name,
        workflow.file.path,
        tuple(made),
        f"job {job.id} would write the version a second time",
        Risk.MEDIUM,
    )


def _mended(site: Site[Settings], write: Write) -> Iterator[Wish]:
    for file in write.files:
        hits = changed_tags(write.program, write.script, file)
        if len({path.rpartition(".")[0] for path, _ in hits}) > 1:
            yield Leave(
                f"let job {write.job.id} change one image by its path (`yq -i '.image.tag = ...'`):"
                f" its pattern rewrites {len(hits)} tags of {file.path}",
                write.place,
            )
    yield from _without_loop(site, write)


def _without_loop(site: Site[Settings], write: Write) -> Iterator[Wish]:
    """The push of a job shall not start its own workflow again: its file is left out there."""
    from seatrial.practices.gitops.loops import self_trigger

    workflow = write.job.workflow
    looping = any(f"job {write.job.id} " in o.message for o in self_trigger.look(site))
    if not looping:
        return
    push = workflow.node.at("on", "push")
    read = read_by_deliveries(site)
    files = [f for f in write.files if f in read] or list(write.files)
    if push.kind == "map" and not push.has("paths") and files:
        yield Edit(
            workflow.file.root.name,
            workflow.file.path,
            tuple(AddItem(("on", "push", "paths-ignore"), f.path) for f in files),
            f"the commit of job {write.job.id} does not start {workflow.file.name} again",
        )
    else:
        yield Leave(
            f"keep the commit of job {write.job.id} from starting its workflow again: push with"
            " GITHUB_TOKEN",
            write.push,
        )
