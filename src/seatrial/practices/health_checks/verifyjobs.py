"""A step behind each deployment that waits for the new version and tries what users need."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.delivery.releases import Release
from seatrial.kit.delivery.verification import Verification, of_release, puts_version, versioned
from seatrial.kit.planning.doubles import is_second
from seatrial.kit.planning.injected import sanitised
from seatrial.kit.planning.jobsteps import drops, item_of, way_to
from seatrial.kit.planning.render import render
from seatrial.kit.planning.rollouts import Rollout, rollouts
from seatrial.kit.planning.steptexts import step_id, variables
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Generate, Leave, Risk, Wish
from seatrial.model.edit import AddItem, Block, FileEdit, Item, SetKey
from seatrial.practices.health_checks.proofs import Proof, by_version, by_workloads

SCRIPT: Final = ".github/scripts/verify-deployment.sh"
_HARMLESS: Final = frozenset("curl wget sleep echo exit test [ true false seq date".split())


def verifying(site: Site[object]) -> Iterator[Wish]:
    """Yield the step of each job that deploys a version and does not prove that it serves."""
    kinds: dict[str, set[str]] = {}
    for release in versioned(site):
        if _proves(site, release):
            continue
        job = release.job
        if is_second(site, job):
            yield Leave(
                f"job {job.id} writes a version that another job delivers: `seatrial apply "
                "gitops` switches it off",
                release.place,
            )
            continue
        mine = [r for r in rollouts(site) if r.job is job]
        proof, trouble = by_version(site, release, mine) if mine else by_workloads(site, release)
        if proof is None or job.uses:
            yield Leave(
                f"verify behind job {job.id} that the new version serves: {trouble}", release.place
            )
            continue
        named = {name for name, _ in proof.env}
        kinds.setdefault(job.workflow.file.root.name, set()).update(named)
        yield Edit(
            job.workflow.file.root.name,
            job.workflow.file.path,
            tuple(_edits(site, release, mine, proof)),
            f"job {job.id} fails unless the version that it deployed serves",
            Risk.MEDIUM,
        )
    for root, names in sorted(kinds.items()):
        text = render(
            "health_checks",
            f"{SCRIPT}.j2",
            version="VERSION" in names,
            workloads="WORKLOADS" in names,
        )
        why = "waits until the new version answers several times in a row"
        yield Generate(root, SCRIPT, text, why, executable=True)


def _proves(site: Site[object], release: Release) -> bool:
    from seatrial.practices.health_checks.gate import is_smoke, proves

    counting = [v for v in of_release(site, release) if v.counts]
    return any(proves(site, v) for v in counting) and any(is_smoke(v) for v in counting)


def _edits(
    site: Site[object], release: Release, mine: list[Rollout], proof: Proof
) -> Iterator[FileEdit]:
    job = release.job
    act = next(a for a in release.acts if puts_version(a))
    base = ("jobs", job.id, "steps")
    for one in mine:
        yield from _handed_over(one)
    for seen in masked(site, release):
        yield from drops(job, seen.step)
    deploy = mine[-1].step if mine else act.step
    after: list[Item | int] = [Item("id", step_id(site, one)) for one in mine]
    if deploy:
        after.append(item_of(job, deploy))
    step = Block(_step(proof))
    yield AddItem(base, step, identity="id", after=tuple(after), before=Item("id", "rollback"))


def _handed_over(one: Rollout) -> Iterator[FileEdit]:
    """The version in a Helm command that hands none over: else what serves is never that one."""
    command, run = one.command, one.step.run
    if one.by_git or one.script or command is None or not (one.tag and one.key):
        return
    if any(one.key in word for word in command.argv) or run.count("helm upgrade") != 1:
        return
    script = sanitised(one.step)
    if script is None or script.run != run:
        return
    name = variables(one).tag
    given = f'helm upgrade --set {one.key}="${name}"'
    way = way_to(one.job, one.step)
    yield SetKey(way, "run", run.replace("helm upgrade", given), over=run)
    yield SetKey((*way, "env"), name, one.tag)


def masked(site: Site[object], release: Release) -> list[Verification]:
    """Checks of the same job that cannot fail, in steps that do nothing else."""
    found: dict[int, Verification] = {}
    for one in of_release(site, release):
        alone = all(c.program in _HARMLESS for c in one.step.commands)
        if not one.counts and one.job is release.job and one.step.run and alone:
            found[id(one.step.node)] = one
    return list(found.values())


def _step(proof: Proof) -> str:
    lines = ["name: Verify that the new version serves", "id: verify", "env:"]
    lines += [f"  {name}: {value}" for name, value in proof.env]
    lines.append(f"run: {' '.join((SCRIPT, *proof.paths))}")
    return "\n".join(lines) + "\n"
