"""Deploy scripts that people run: they start the workflow that commits, and leave the cluster."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.rollouts import Rollout, rollouts
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Leave, Risk, Wish
from seatrial.model.edit import FileEdit, ReplaceText
from seatrial.practices.gitops.pushes import script_installs
from seatrial.practices.gitops.settings import Settings
from seatrial.repo.commands.command import Command
from seatrial.repo.commands.scripts import ScriptFile

_USELESS: Final = (("kubectl", "rollout", "restart"), ("kubectl", "rollout", "status"))
_VARIABLE: Final = re.compile(r"\$\{?([A-Za-z_]\w*)\}?")


def script_edits(site: Site[Settings]) -> Iterator[Wish]:
    """Yield the edits of scripts that upgrade a chart which Argo CD takes over."""
    for script in _scripts(site):
        upgrades = [c for c in script.commands if c.starts("helm", "upgrade")]
        starter = _starter(site, script)
        made = _edits(script, upgrades[0], starter) if len(upgrades) == 1 and starter else ()
        if made:
            yield Edit(
                script.file.root.name,
                script.file.path,
                made,
                f"{script.file.path} starts the workflow that commits the version",
                Risk.HIGH,
            )
        else:
            yield Leave(
                f"{script.file.path} pushes a chart into the cluster, and Argo CD would undo it:"
                " let it change the tag in git",
                script.file.place(upgrades[0].line if upgrades else 1),
            )


def _scripts(site: Site[Settings]) -> Iterator[ScriptFile]:
    seen: set[str] = set()
    for root, path in script_installs(site):
        script = site.repo.scripts(root).at(path)
        if script and path not in seen and "helm" in script.file.text:
            seen.add(path)
            if any(c.starts("helm", "upgrade") for c in script.commands):
                yield script


def _starter(site: Site[Settings], script: ScriptFile) -> Rollout | None:
    """The step, started by hand with an environment and a version, that does the same."""
    for one in rollouts(site):
        inputs = [i for t in one.job.workflow.triggers for i in t.inputs]
        chosen = one.choice.rpartition(".")[2]
        version = re.search(r"inputs\.([\w-]+)", one.tag)
        same = one.job.workflow.file.root is script.file.root
        if same and chosen in inputs and version and version.group(1) in inputs:
            return one
    return None


def _edits(script: ScriptFile, upgrade: Command, starter: Rollout | None) -> tuple[FileEdit, ...]:
    if starter is None:
        return ()
    environment = _word(script, upgrade, starter, "environment")
    version = _word(script, upgrade, starter, "tag")
    if not environment or not version:
        return ()
    old = _lines(script, upgrade)
    chosen = starter.choice.rpartition(".")[2]
    named = re.search(r"inputs\.([\w-]+)", starter.tag)
    name = starter.job.workflow.file.name
    new = (
        "# Argo CD delivers from git: the workflow commits the version, and the cluster follows.\n"
        f'gh workflow run {name} --ref {_trunk(starter)} \\\n  -f {chosen}="${environment}"'
        f' -f {named.group(1) if named else "tag"}="${version}"\n'
    )
    indent = old[: len(old) - len(old.lstrip())]
    made: list[FileEdit] = _unguarded(script, upgrade, old, indent + new)
    made += [
        ReplaceText(_with_gap(script, command), "", optional=True)
        for command in script.commands
        if any(command.starts(*words) for words in _USELESS) and command.line > upgrade.line
    ]
    gone = [old, *(e.old for e in made if isinstance(e, ReplaceText))]
    made += _unused(script, gone, new)
    return tuple(made)


def _unused(script: ScriptFile, gone: list[str], new: str) -> Iterator[ReplaceText]:
    """Settings that only the lines which go have read."""
    left = "\n".join(script.file.lines)
    for text in gone:
        left = left.replace(text.rstrip("\n"), "")
    for line in script.file.lines:
        name = re.match(r"([A-Za-z_]\w*)=", line)
        if name and not re.search(rf"\$\{{?{name.group(1)}\b", f"{left}\n{new}"):
            read = any(re.search(rf"\$\{{?{name.group(1)}\b", text) for text in gone)
            if read and script.file.lines.count(line) == 1:
                yield ReplaceText(f"{line}\n", "", optional=True)


def _unguarded(script: ScriptFile, upgrade: Command, old: str, new: str) -> list[FileEdit]:
    """Replace the command, with or without the guard that `apply rollback` puts into it."""
    from seatrial.kit.planning.guards import guarded

    made: list[FileEdit] = []
    first = script.file.lines[upgrade.line - 1]
    with_guard = guarded(first)
    if with_guard != first:
        rest = old.partition("\n")[2]
        made.append(ReplaceText(f"{first}\n", f"{with_guard}\n", optional=True))
        old = f"{with_guard}\n{rest}"
    made.append(ReplaceText(old, new))
    return made


def _lines(script: ScriptFile, command: Command) -> str:
    lines = script.file.lines
    end = command.line
    while end < len(lines) and lines[end - 1].rstrip().endswith("\\"):
        end += 1
    return "".join(f"{line}\n" for line in lines[command.line - 1 : end])


def _with_gap(script: ScriptFile, command: Command) -> str:
    """The lines of a command that goes, with one of the two empty lines that would meet."""
    text, lines = _lines(script, command), script.file.lines
    end = command.line - 1 + text.count("\n")
    gap = command.line > 1 and not lines[command.line - 2].strip()
    return f"{text}\n" if gap and end < len(lines) and not lines[end].strip() else text


def _word(script: ScriptFile, upgrade: Command, starter: Rollout, what: str) -> str:
    """Name of the script's variable that holds the environment or the version."""
    words = " ".join(upgrade.argv)
    names = list(dict.fromkeys(_VARIABLE.findall(words)))
    if what == "tag":
        for word in upgrade.argv:
            key, equals, value = word.rpartition("=")
            match = _VARIABLE.fullmatch(value)
            if equals and key.rpartition(".")[2] == starter.key.rpartition(".")[2] and match:
                return match.group(1)
        return ""
    settings = re.findall(r"^[ \t]*([A-Za-z_]\w*)=[\"']?\$\{?1", script.file.text, re.MULTILINE)
    return next((n for n in settings if n in names or f"${n}" in script.file.text), "")


def _trunk(starter: Rollout) -> str:
    """The branch from which the workflow is started."""
    named = {b for t in starter.job.workflow.triggers for b in t.branches}
    return "master" if "master" in named and "main" not in named else "main"
