"""Deploy scripts: what they upgrade without a guard, and the ways back that they hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.byhand.imperative import makes_local_cluster
from seatrial.kit.delivery.releases import Act, Release, releases
from seatrial.kit.delivery.targets import targets_of
from seatrial.kit.platform.live import is_aside
from seatrial.kit.site import Site, once
from seatrial.model.place import Place
from seatrial.repo.commands.command import Command
from seatrial.repo.commands.scripts import ScriptFile

GUARDS: Final = ("--atomic", "--rollback-on-failure")
_PLAIN: Final = frozenset(
    "-i --install --wait --wait-for-jobs --atomic --create-namespace --debug --force --dry-run"
    " --reuse-values --reset-values --reset-then-reuse-values --cleanup-on-fail --devel --no-hooks"
    " --dependency-update --skip-crds --render-subchart-notes --take-ownership"
    " --disable-openapi-validation --skip-schema-validation --rollback-on-failure"
    " --hide-notes".split()
)
"""Flags of `helm upgrade` that take no value."""
_LOCAL_WORDS: Final = frozenset(
    "dev local test tests e2e demo kind minikube k3d sandbox example setup install"
    " bootstrap".split()
)
_BACK: Final = (("helm", "rollback"), ("kubectl", "rollout undo"), ("oc", "rollout undo"))
Seen = tuple[str, Place, tuple[str, ...]]


def unguarded_upgrades(site: Site[object]) -> Iterator[Seen]:
    """Yield `helm upgrade` commands of the team's own charts that nothing takes back."""
    written: set[Command] = set()
    for script in deploy_scripts(site):
        commands = script.commands
        written.update(commands)
        back = {_release(c) for c in commands if _is_back(c)}
        for one in commands:
            if _is_unguarded(one) and _release(one) not in back:
                yield f"`{_shown(one)}`", script.file.place(one.line), ()
    for release in releases(site):
        for act in release.acts:
            command = act.command
            if command is None or command in written or not _is_unguarded(command):
                continue
            if not _goes_back(site, release, act):
                what = f"`{_shown(command)}` in job {release.job.id}"
                yield what, act.place, targets_of(site, release)


@once
def deploy_scripts(site: Site[object]) -> tuple[ScriptFile, ...]:
    """Scripts that upgrade a release, those for a developer's own cluster left out."""
    found: list[ScriptFile] = []
    for root in site.repo.roots:
        for script in site.repo.scripts(root).all:
            path = script.file.path
            words = set(path.lower().replace("/", "-").replace(".", "-").split("-"))
            if is_aside(path) or _LOCAL_WORDS & words or "upgrade" not in script.file.text:
                continue
            upgrades = any(c.starts("helm", "upgrade") for c in script.commands)
            if upgrades and not makes_local_cluster(script.commands):
                found.append(script)
    return tuple(found)


@once
def named_by_pipelines(site: Site[object]) -> tuple[tuple[ScriptFile, Place], ...]:
    """Deploy scripts that the file of another CI system starts, each with that file."""
    found: list[tuple[ScriptFile, Place]] = []
    for script in deploy_scripts(site):
        for system in site.repo.ci_systems:
            file = site.repo.file(system.place.path)
            if file and file.root is script.file.root and script.file.path in file.text:
                found.append((script, system.place))
                break
    return tuple(found)


def ways_back(script: ScriptFile) -> Iterator[tuple[Command, bool]]:
    """Yield the commands of a script that go back, and whether each follows a failed upgrade."""
    tried = False
    for command in script.commands:
        tried = tried or command.starts("helm", "upgrade") or command.starts("kubectl", "apply")
        if _is_back(command):
            yield command, tried


def _is_back(command: Command) -> bool:
    return any(command.starts(program, *words.split()) for program, words in _BACK)


def _is_unguarded(command: Command) -> bool:
    if not command.starts("helm", "upgrade"):
        return False
    argv = command.argv
    if any(w.startswith("--dry-run") and not w.endswith("=none") for w in argv):
        return False
    if any(w.partition("=")[0] in GUARDS and not w.endswith("=false") for w in argv):
        return False
    # Flags in a variable may hold the guard.
    if any("$" in w and ("ARGS" in w or "OPTS" in w or "FLAGS" in w or "@" in w) for w in argv):
        return False
    positional = _positional(command)
    chart = positional[1] if len(positional) > 1 else ""
    local = chart.startswith((".", "/", "$", "chart", "helm", "deploy"))
    image = any(w.startswith(("image.", "--set=image.", "image=")) for w in argv)
    return local or image


def _positional(command: Command) -> list[str]:
    kept: list[str] = []
    skip = False
    for word in command.argv[2:]:
        if skip:
            skip = False
        elif word.startswith("-"):
            skip = "=" not in word and word not in _PLAIN
        else:
            kept.append(word)
    return kept


def _release(command: Command) -> str:
    return next(iter(_positional(command)), "")


def _shown(command: Command) -> str:
    words = [w for w in _positional(command)[:2] if "=" not in w]
    return " ".join(["helm", "upgrade", *words])


def _goes_back(site: Site[object], release: Release, act: Act) -> bool:
    """True when a later step or job of the same workflow, or its script, takes the release back."""
    jobs = release.job.workflow.jobs
    return any(
        _is_back(command) and not job.is_off
        for job in jobs
        for step in job.all_steps
        for command in site.repo.followed(step.commands, step.file)
        if command is not act.command
    )
