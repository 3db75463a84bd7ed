"""Scans where they run: on which events, in which job; and scanners outside pipelines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.delivery.releases import Kind, releases
from seatrial.kit.delivery.scans import Scan, Scanned, scans_of
from seatrial.kit.site import Site, once
from seatrial.model.place import Place
from seatrial.model.struct import struct
from seatrial.repo.expressions import fold
from seatrial.repo.files import File, Root
from seatrial.repo.workflows import Job, Trigger, Workflow

KINDS: Final = (
    Scanned.DEPENDENCIES,
    Scanned.IMAGE,
    Scanned.IAC,
    Scanned.WORKFLOWS,
    Scanned.SECRETS,
)
"""What the practice asks to be scanned; code is welcome, not asked for."""
_PULL_REQUESTS: Final = frozenset({"pull_request", "pull_request_target", "merge_group"})
DEPENDABOT: Final = (".github/dependabot.yml", ".github/dependabot.yaml")
RENOVATE: Final = (
    "renovate.json",
    "renovate.json5",
    ".github/renovate.json",
    ".github/renovate.json5",
    ".gitlab/renovate.json",
    ".gitlab/renovate.json5",
    ".renovaterc",
    ".renovaterc.json",
    ".renovaterc.json5",
)
_RENOVATE_ACTIONS: Final = ("renovatebot/github-action",)
_IN_CLUSTER: Final = ("trivy-operator", "starboard-operator", "kubescape-operator", "neuvector")
_DEPTH: Final = 5


@struct(eq=False)
class Run:
    """A scan with the job that runs it.

    Attributes:
        events: events that start it, those of callers of a reusable workflow included.
    """

    scan: Scan
    job: Job
    events: frozenset[str]

    @property
    def on_pull_request(self) -> bool:
        """True when a change is scanned before it is merged."""
        return bool(self.events & _PULL_REQUESTS)

    @property
    def on_schedule(self) -> bool:
        """True when it also runs without a change."""
        return "schedule" in self.events


@once
def runs(site: Site[object]) -> tuple[Run, ...]:
    """All scans of all jobs that some event can start."""
    found: list[Run] = []
    for workflow in site.repo.workflows:
        events = events_of(site, workflow)
        for job in workflow.jobs:
            if job.is_off:
                continue
            here = frozenset(e for e in events if fold(job.condition, _event(e)) is not False)
            if here:
                found.extend(Run(scan, job, here) for scan in scans_of(site, job))
    return tuple(found)


def events_of(site: Site[object], workflow: Workflow, depth: int = 0) -> frozenset[str]:
    """Events that start a workflow; a push to every branch counts as `pull_request` too."""
    found: set[str] = set()
    for trigger in workflow.triggers:
        if trigger.event == "workflow_call" and depth < _DEPTH:
            for caller in site.repo.callers(workflow):
                if not caller.is_off:
                    found |= {
                        e
                        for e in events_of(site, caller.workflow, depth + 1)
                        if fold(caller.condition, _event(e)) is not False
                    }
        else:
            found.add(trigger.event)
            if _any_branch(trigger):
                found.add("pull_request")
    return frozenset(found)


def _event(name: str) -> dict[str, str]:
    return {"github.event_name": name}


def _any_branch(trigger: Trigger) -> bool:
    if trigger.event != "push" or trigger.tags_only:
        return False
    return not trigger.branches or any(b in {"*", "**"} for b in trigger.branches)


@once
def standing(site: Site[object]) -> tuple[tuple[Scanned, str, Place], ...]:
    """Scanners that need no pipeline: registries that scan, operators in clusters."""
    return (*_registries(site), *_operators(site))


def _registries(site: Site[object]) -> Iterator[tuple[Scanned, str, Place]]:
    for module in site.repo.terraform.modules:
        if module.is_example:
            continue
        for block in module.resources("aws_ecr_repository"):
            scanning = block.child("image_scanning_configuration")
            flag = scanning.attr("scan_on_push") if scanning else None
            if flag is not None and module.resolve(flag) is True:
                what = f"{block.address} scans images when they are pushed"
                yield Scanned.IMAGE, what, flag.place


def _operators(site: Site[object]) -> Iterator[tuple[Scanned, str, Place]]:
    for release in site.repo.helm_releases:
        if any(name in release.chart for name in _IN_CLUSTER):
            yield Scanned.IMAGE, f"{release.chart} scans what runs in the cluster", release.place
    for manifest in site.repo.manifests:
        if manifest.kind == "HelmRelease":
            chart = manifest.node.at("spec", "chart", "spec", "chart").text
        elif manifest.kind == "Application":
            chart = manifest.node.at("spec", "source", "chart").text
        else:
            continue
        if any(name in chart for name in _IN_CLUSTER):
            yield Scanned.IMAGE, f"{chart} scans what runs in the cluster", manifest.place()


@once
def bots(site: Site[object]) -> tuple[tuple[str, Place], ...]:
    """Services that raise dependencies by pull request, as configured in the repositories."""
    found: list[tuple[str, Place]] = []
    for root in site.repo.roots:
        found.extend(("Dependabot", f.place()) for f in _named(root, DEPENDABOT) if _updates(f))
        found.extend(("Renovate", f.place()) for f in _named(root, RENOVATE) if _is_on(f))
        package = root.files.get("package.json")
        if package and '"renovate":' in package.text:
            found.append(("Renovate", package.place(package.line_of('"renovate":'))))
    for workflow in site.repo.workflows:
        for job in workflow.jobs:
            uses = [step.uses for step in job.all_steps if step.uses and not job.is_off]
            found.extend(("Renovate", u.place) for u in uses if u.name.lower() in _RENOVATE_ACTIONS)
    return tuple(found)


def _named(root: Root, names: tuple[str, ...]) -> Iterator[File]:
    return (root.files[name] for name in names if name in root.files)


def _updates(file: File) -> bool:
    return bool(file.yaml.first.at("updates").items())


def _is_on(file: File) -> bool:
    text = "".join(file.text.split()).replace("'", '"')
    return '"enabled":false,"' not in text.partition('"packageRules"')[0][:400] or (
        '"enabled":true' in text
    )


@once
def applicable(site: Site[object]) -> tuple[Scanned, ...]:
    """Kinds of which the repositories hold something."""
    repo = site.repo
    code = any(not m.is_example or m.is_library for m in repo.terraform.modules)
    holds = {
        Scanned.DEPENDENCIES: bool(repo.dependencies),
        Scanned.IMAGE: bool(repo.dockerfiles),
        Scanned.IAC: code or bool(repo.charts) or bool(repo.manifests),
        Scanned.WORKFLOWS: bool(repo.workflows),
        Scanned.SECRETS: bool(repo.workflows or repo.dependencies or repo.dockerfiles or code),
    }
    return tuple(kind for kind in KINDS if holds[kind])


def where_to_mend(site: Site[object]) -> Place:
    """The place at which a reader would add a scan: the releasing job, a workflow, the README."""
    shipping = sorted(releases(site), key=lambda r: Kind.PUBLISH not in r.kinds)
    for release in shipping:
        return release.job.place
    workflows = site.repo.workflows
    asked = [w for w in workflows if w.trigger("pull_request")] or list(workflows)
    if asked:
        return asked[0].place
    for name in ("README.md", "README.rst", "README"):
        file = site.repo.file(name)
        if file:
            return file.place()
    first = next(iter(site.repo.files()), None)
    return first.place() if first else Place("", "", 1, 1)


def hooks_to_add_to(site: Site[object]) -> tuple[Place, ...]:
    """Hooks of pre-commit that look at Terraform, beside which a scan would stand."""
    found: list[Place] = []
    for root in site.repo.roots:
        file = root.files.get(".pre-commit-config.yaml")
        for repo in file.yaml.first.at("repos").items() if file else ():
            hooks = [h for h in repo.at("hooks").items() if h.at("id").text.startswith("terraform")]
            if file and hooks:
                found.append(file.place(hooks[0].line))
    return tuple(found)
