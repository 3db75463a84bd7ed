"""Steps that push a chart into a cluster, turned into the commit that Argo CD waits for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.jobsteps import drops, is_login, permissions, way_to
from seatrial.kit.planning.render import render
from seatrial.kit.planning.rollouts import Rollout, environment_text
from seatrial.kit.planning.steptexts import (
    Variables,
    branch_text,
    key_text,
    step_id,
    variables,
)
from seatrial.kit.planning.targets import Target, meant, targets, values_path
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Generate, Leave, Risk, Wish
from seatrial.model.edit import AddItem, DropKey, FileEdit, SetKey
from seatrial.practices.gitops.settings import Settings
from seatrial.repo.commands.command import Command
from seatrial.repo.workflows import Step

MERGE: Final = ".github/scripts/merge.sh"
_LOCAL: Final = {("template",), ("lint",), ("repo",), ("dependency",), ("package",), ("push",)}
_BESIDE: Final = (
    ("kubectl", "rollout", "restart"),
    ("kubectl", "rollout", "status"),
    ("kubectl", "get"),
    ("kubectl", "create", "namespace"),
    ("helm", "repo"),
    ("helm", "dependency"),
    ("helm", "list"),
    ("helm", "history"),
    ("helm", "status"),
    ("echo",),
    ("set",),
    ("cd",),
)
"""Commands beside an upgrade that have no meaning without it."""


def conversions(site: Site[Settings], taken: tuple[Rollout, ...]) -> Iterator[Wish]:
    """Yield the edits of the jobs whose charts Argo CD delivers.

    Args:
        site: what people wrote.
        taken: steps that bring such a chart.
    """
    proposing: set[str] = set()
    able = [one for one in taken if not _trouble(site, one)]
    yield from _without_loops(site, able)
    for one in taken:
        root = one.job.workflow.file.root.name
        if not one.by_git:
            trouble = _trouble(site, one)
            if trouble:
                yield Leave(
                    f"turn the push of job {one.job.id} into a commit by hand: it upgrades chart"
                    f" {one.chart.name}, and {trouble}",
                    one.step.place,
                )
                continue
            yield Edit(
                root,
                one.job.workflow.file.path,
                tuple(_edits(site, one)),
                f"job {one.job.id} commits the version that Argo CD takes, and needs no key of the"
                " cluster",
                Risk.HIGH,
            )
        if not _is_direct(site, one):
            proposing.add(root)
    for root in sorted(proposing):
        yield Generate(
            root,
            MERGE,
            render("gitops", f"{MERGE}.j2"),
            "releases of guarded environments go through a pull request",
            executable=True,
        )
        yield Leave(
            f"allow GitHub Actions to create pull requests in {root}, and auto-merge; let the"
            " pipeline past the review of its own way back, or that waits for a reviewer as well"
        )


def _without_loops(site: Site[Settings], taken: list[Rollout]) -> Iterator[Edit]:
    """A version that is merged by a person shall not be built and released once more."""
    done: set[str] = set()
    for one in taken:
        workflow = one.job.workflow
        push = workflow.node.at("on", "push")
        if workflow.file.path in done or not workflow.trigger("push") or push.kind == "scalar":
            continue
        done.add(workflow.file.path)
        paths = [t.values.path for t in targets(site) if t.chart is one.chart and t.values]
        paths = paths or [values_path(site, one)]
        key, sign = ("paths", "!") if push.has("paths") else ("paths-ignore", "")
        if workflow.node.at("on").kind == "map" and paths:
            yield Edit(
                workflow.file.root.name,
                workflow.file.path,
                tuple(AddItem(("on", "push", key), f"{sign}{p}") for p in dict.fromkeys(paths)),
                "a commit that only names a version starts no new build",
            )


def _is_direct(site: Site[Settings], one: Rollout) -> bool:
    tiers = {e.name: e.tier for e in site.environments}
    return tiers.get(one.environment, "other") in site.settings.direct_in


def _trouble(site: Site[Settings], one: Rollout) -> str:
    """Why a step cannot be turned; empty when it can."""
    if not one.environment and not one.choice:
        return "nothing shows which environment it reaches"
    if not one.tag:
        return "nothing shows which version it brings"
    if not one.key:
        return "nothing shows which value of the chart is the image's tag"
    if not values_path(site, one):
        return "no values file is its environment's own"
    for target in meant(site, one):
        line = _line(target, one.key)
        if line and not line.startswith(f"{one.key.rpartition('.')[2]}:"):
            return f"the tag in {target.values.path if target.values else ''} shares its line"
    others = [c for c in one.step.commands if not _belongs(one, c)]
    if others:
        return f"its step also runs `{others[0].text}`"
    return ""


def _belongs(one: Rollout, command: Command) -> bool:
    if command.starts("helm", "upgrade"):
        return one.script is None
    if any(command.starts(*words) for words in _BESIDE):
        return True
    return one.script is not None and any(one.script.file.name in word for word in command.argv[:2])


def _line(target: Target, key: str) -> str:
    file = target.values
    node = file.yaml.first if file else None
    *above, last = key.split(".")
    for part in above:
        node = node.at(part) if node else None
    if file is None or node is None or not node.has(last):
        return ""
    return file.lines[node.line_of(last) - 1].strip()


def _edits(site: Site[Settings], one: Rollout) -> Iterator[FileEdit]:
    way = way_to(one.job, one.step)
    names = variables(one)
    text = render(
        "gitops",
        "step.sh.j2",
        direct=_is_direct(site, one),
        merge=MERGE,
        tag=names.tag,
        environment=names.environment,
    )
    yield SetKey(way, "run", text)
    for name, value in _env(site, one, names).items():
        yield SetKey((*way, "env"), name, value)
    yield SetKey(way, "id", step_id(site, one), replace=False)
    if one.step.node.has("working-directory"):
        yield DropKey(way, "working-directory")
    wanted = {"contents": "write"}
    if not _is_direct(site, one):
        wanted["pull-requests"] = "write"
    yield from permissions(one.job, wanted)
    yield from _without_cluster(one)


def _env(site: Site[Settings], one: Rollout, names: Variables) -> dict[str, str]:
    return {
        names.environment: environment_text(one),
        "RELEASE": one.release,
        "NAMESPACE": one.namespace,
        "VALUES": values_path(site, one),
        "KEY": key_text(one),
        names.tag: one.tag,
        "BRANCH": branch_text(site, one),
        "GH_TOKEN": "${{ github.token }}",
    }


def _without_cluster(one: Rollout) -> Iterator[FileEdit]:
    """Steps that only served the way into the cluster go; what Helm shows is rendered instead."""
    needed = False
    rendering = False
    for step in one.job.steps:
        if step is one.step or is_login(step):
            continue
        shown = _rendered(one, step)
        if shown:
            rendering = True
            yield SetKey(way_to(one.job, step), "run", shown)
        elif _asks_cluster(step):
            needed = True
    if needed:
        return
    for step in one.job.steps:
        helm = step.uses is not None and step.uses.name.lower() == "azure/setup-helm"
        if step is not one.step and is_login(step) and not (helm and rendering):
            yield from drops(one.job, step)


def _asks_cluster(step: Step) -> bool:
    return any(
        c.program in {"kubectl", "oc", "argocd"}
        or (c.program == "helm" and c.words[:1] not in _LOCAL)
        for c in step.commands
    )


def _rendered(one: Rollout, step: Step) -> str:
    """`helm get manifest` asks the cluster for what `helm template` says without it."""
    commands = step.commands
    if len(commands) != 1 or not commands[0].starts("helm", "get", "manifest") or one.choice:
        return ""
    target = step.run.strip().rpartition(">")[2].strip() if ">" in step.run else ""
    out = f" > {target}" if target else ""
    values = f" -f {one.values}" if one.values else ""
    folder = one.chart.folder or "."
    return f"helm template {one.release} ./{folder} --namespace {one.namespace}{values}{out}"
