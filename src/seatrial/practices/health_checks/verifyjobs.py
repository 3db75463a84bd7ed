"""A step behind each deployment that waits for the new version and tries what users need."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.delivery.releases import Release
from seatrial.kit.delivery.targets import targets_of
from seatrial.kit.delivery.verification import Verification, of_release, puts_version, versioned
from seatrial.kit.planning.doubles import is_second
from seatrial.kit.planning.fronts import front_of
from seatrial.kit.planning.jobsteps import drops, item_of
from seatrial.kit.planning.render import render
from seatrial.kit.planning.rollouts import Rollout, rollouts
from seatrial.kit.planning.targets import Target, targets
from seatrial.kit.platform.endpoints import all_routes
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Generate, Leave, Risk, Wish
from seatrial.model.edit import AddItem, Block, FileEdit, Item
from seatrial.practices.health_checks.endpoints import alive_path, ready_path, version_path

SCRIPT: Final = ".github/scripts/verify-deployment.sh"
_MANY: Final = 3
_NOT_SMOKE: Final = ("/metrics", "/openapi.json", "/redoc")


def verifying(site: Site[object]) -> Iterator[Wish]:
    """Yield the step of each job that deploys a version and does not prove that it serves."""
    roots: set[str] = set()
    for release in versioned(site):
        if _proves(site, release):
            continue
        if is_second(site, release.job):
            yield Leave(
                f"job {release.job.id} writes a version that another job delivers: `seatrial apply "
                "gitops` switches it off",
                release.place,
            )
            continue
        mine = [r for r in rollouts(site) if r.job is release.job]
        found = _step(site, release, mine)
        if found is None:
            yield Leave(
                f"verify behind job {release.job.id} that the new version serves: nothing shows "
                "the address of the application, or what the version is",
                release.place,
            )
            continue
        job = release.job
        roots.add(job.workflow.file.root.name)
        yield Edit(
            job.workflow.file.root.name,
            job.workflow.file.path,
            tuple(_edits(site, release, mine, found)),
            f"job {job.id} fails unless the version that it deployed serves",
            Risk.MEDIUM,
        )
    for root in sorted(roots):
        text = render("health_checks", f"{SCRIPT}.j2")
        why = "waits until the new version answers several times in a row"
        yield Generate(root, SCRIPT, text, why, executable=True)


def _proves(site: Site[object], release: Release) -> bool:
    from seatrial.practices.health_checks.gate import is_smoke, proves

    counting = [v for v in of_release(site, release) if v.counts]
    return any(proves(site, v) for v in counting) and any(is_smoke(v) for v in counting)


def _edits(
    site: Site[object], release: Release, mine: list[Rollout], step: str
) -> Iterator[FileEdit]:
    job = release.job
    act = next(a for a in release.acts if puts_version(a))
    deploy = mine[-1].step if mine else act.step
    base = ("jobs", job.id, "steps")
    for seen in _masked(site, release):
        yield from drops(job, seen.step)
    after = (Item("id", "deploy"), *((item_of(job, deploy),) if deploy else ()))
    yield AddItem(base, Block(step), identity="id", after=after, before=Item("id", "rollback"))


def _masked(site: Site[object], release: Release) -> list[Verification]:
    """Checks of the same job that cannot fail, in steps that do nothing else."""
    found: dict[int, Verification] = {}
    for one in of_release(site, release):
        alone = all(c.program in _HARMLESS for c in one.step.commands)
        if not one.counts and one.job is release.job and one.step.run and alone:
            found[id(one.step.node)] = one
    return list(found.values())


_HARMLESS: Final = frozenset("curl wget sleep echo exit test [ true false seq date".split())


def _step(site: Site[object], release: Release, mine: list[Rollout]) -> str | None:
    version = next((r.tag for r in mine if r.tag), "")
    if not version and mine and all(not r.choice for r in mine):
        # Where no version is handed over, the chart's values in git say which one it is.
        version = "${{ github.sha }}" if not any(r.key for r in mine) else _from_values(mine[-1])
    urls = _urls(site, release, mine)
    path = version_path(site)
    if not version or not urls or not path:
        return None
    lines = ["name: Verify that the new version serves", "id: verify", "env:"]
    lines.append(f"  VERSION: {version}" if "\n" not in version else f"  VERSION: {version!r}")
    lines.append(f"  BASE_URL: {_expression(mine, urls)}")
    smoke = " ".join(_smoke(site))
    lines.append(f'run: {SCRIPT} "$BASE_URL" {path} "$VERSION"{f" {smoke}" if smoke else ""}')
    return "\n".join(lines) + "\n"


def _from_values(one: Rollout) -> str:
    return "" if not one.key else "${{ needs.build.outputs.tag || github.sha }}"


def _urls(site: Site[object], release: Release, mine: list[Rollout]) -> dict[str, str]:
    """Base address of the application by environment, of those that the job reaches."""
    names = set(targets_of(site, release))
    if mine and any(r.choice for r in mine):
        names = {e.name for e in site.environments}
    elif mine:
        names = {r.environment for r in mine}
    found: dict[str, str] = {}
    for target in targets(site):
        if target.environment.name in names:
            url = _base(site, target)
            if url:
                found.setdefault(target.environment.name, url)
    return found if names and names <= set(found) else {}


def _base(site: Site[object], target: Target) -> str:
    front = front_of(site, target.chart, target.environment.name)
    if front is None or front.ingress is None:
        return ""
    spec = front.ingress.node.at("spec")
    host = next((r.at("host").text for r in spec.at("rules").items() if r.at("host").text), "")
    scheme = "https" if spec.at("tls").items() else "http"
    return f"{scheme}://{host}" if host and "*" not in host else ""


def _expression(mine: list[Rollout], urls: dict[str, str]) -> str:
    choice = next((r.choice for r in mine if r.choice), "")
    if not choice:
        return next(iter(urls.values()))
    arms = [f"{choice} == '{name}' && '{url}'" for name, url in urls.items()]
    return f"${{{{ {' || '.join(arms)} }}}}"


def _smoke(site: Site[object]) -> list[str]:
    """Paths without parameters that the application answers to a plain GET."""
    asked = {ready_path(site), alive_path(site), version_path(site), ""}
    paths = [
        route.path
        for found in all_routes(site)
        for route in found.routes
        if route.method in {"GET", "*"} and "{" not in route.path and not route.subtree
    ]
    plain = [p for p in dict.fromkeys(paths) if p not in asked and p not in _NOT_SMOKE]
    ready = ready_path(site)
    return [*([ready] if ready else []), *plain[:_MANY]]
