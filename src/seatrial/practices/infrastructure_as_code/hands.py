"""Scripts and jobs that change the cluster by hand, and who starts whom."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.byhand.imperative import Change, changes, makes_local_cluster
from seatrial.kit.planning.jobsteps import is_login
from seatrial.kit.planning.rollouts import rollouts
from seatrial.kit.site import Site, once
from seatrial.model.struct import struct
from seatrial.practices.infrastructure_as_code.byhand import is_guarded, skips
from seatrial.repo.commands.scripts import ScriptFile, script_word
from seatrial.repo.commands.shell import Command
from seatrial.repo.workflows import Job, Step


@struct(eq=False)
class ByHand:
    """A script that changes something by hand, and what it does."""

    script: ScriptFile
    changes: tuple[Change, ...]


@once
def scripts_by_hand(site: Site[object]) -> tuple[ByHand, ...]:
    """Scripts that the audit complains of; what `apply gitops` rewrites is left to it."""
    rewritten = {r.script.file.path for r in rollouts(site) if r.script}
    found: list[ByHand] = []
    for root in site.repo.roots:
        for script in site.repo.scripts(root).all:
            if script.file.path in rewritten or skips(script):
                continue
            made = tuple(changes(script.commands))
            if made and not is_guarded(script.commands):
                found.append(ByHand(script, made))
    return tuple(found)


@once
def acting_commands(site: Site[object]) -> tuple[Command, ...]:
    """Every command of the scripts by hand, and of jobs that do nothing but start them."""
    own = [c for one in scripts_by_hand(site) for c in one.script.commands]
    return tuple(own)


def started(site: Site[object], step: Step) -> Iterator[ScriptFile]:
    """Scripts of the repository that a step starts."""
    scripts = site.repo.scripts(step.file.root)
    for command in step.commands:
        script = scripts.called(command) if script_word(command) else None
        if script is not None:
            yield script


def only_by_hand(site: Site[object], job: Job) -> bool:
    """True for a job whose whole work is a change by hand, its own or a script's."""
    if job.is_off or any(r.job is job for r in rollouts(site)):
        return False
    if makes_local_cluster(job.commands, [s.uses.name for s in job.all_steps if s.uses]):
        return False
    hands = {one.script.file.path for one in scripts_by_hand(site)}
    hits = 0
    for step in job.all_steps:
        if step.uses and not is_login(step):
            if not step.uses.name.startswith("actions/"):
                return False
            continue
        if is_login(step) or not step.run:
            continue
        called = list(started(site, step))
        own = list(changes(step.commands))
        acts = len(own) + sum(c.file.path in hands for c in called)
        if not acts or len(step.commands) > len(called) + len(own):
            return False
        hits += 1
    return hits > 0
