"""Messages that go out through an action nobody maintains, sent by the vendor's own."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.planning.jobsteps import way_to
from seatrial.kit.planning.pins import pin
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Risk, Wish
from seatrial.model.edit import Block, SetKey
from seatrial.practices.rollback.jobs import webhook
from seatrial.practices.rollback.settings import Settings
from seatrial.practices.rollback.telling import ARCHIVED
from seatrial.repo.workflows import Job, Step


def messages(site: Site[Settings]) -> Iterator[Wish]:
    """Yield the edits of steps that use an archived action."""
    for workflow in site.repo.workflows:
        for job in workflow.jobs:
            for step in job.steps if not job.is_off else ():
                better = ARCHIVED.get(step.uses.name.lower()) if step.uses else None
                known = pin(better) if better else None
                if known:
                    way = way_to(job, step)
                    yield Edit(
                        workflow.file.root.name,
                        workflow.file.path,
                        (
                            SetKey(way, "with", Block(_inputs(site, job, step))),
                            SetKey(way, "uses", known.reference, comment=known.version),
                        ),
                        f"{step.uses.name if step.uses else ''} is archived",
                        Risk.MEDIUM,
                    )


def _inputs(site: Site[Settings], job: Job, step: Step) -> str:
    """The same text, with what really came of the jobs: the old action said what it was told."""
    text = step.inputs.at("text").text or f"{job.workflow.name} ${{{{ github.ref_name }}}}"
    plain = " ".join(text.replace('"', "'").split())
    waits = bool(job.needs)
    result = (
        "${{ contains(needs.*.result, 'failure') && 'failed' || contains(needs.*.result,"
        " 'cancelled') && 'cancelled' || 'done' }}"
        if waits
        else "${{ job.status }}"
    )
    return (
        f"webhook: ${{{{ secrets.{webhook(site)} }}}}\nwebhook-type: incoming-webhook\n"
        f'payload: |\n  text: "{plain}: {result}"\n'
    )
