"""Functions of shell scripts that are defined twice, or called and defined nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from seatrial.kit.platform.live import is_aside
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault

if TYPE_CHECKING:
    from seatrial.repo.commands.scripts import ScriptFile, Scripts

_SOURCES: Final = frozenset({".", "source", "eval"})
_PROGRAMS: Final = ("pg_", "mysql_", "apt_", "docker_", "x86_", "aws_", "ssh_", "gpg_", "sha_")


def faults(site: Site[object]) -> Iterator[Observation]:
    """Second definitions that replace the first one, and calls of what nobody defines."""
    for root in site.repo.roots:
        for script in site.repo.scripts(root).all:
            if not is_aside(script.file.path) and "()" in script.file.text.replace(" ", ""):
                yield from _of_script(script, site.repo.scripts(root))


def _of_script(script: ScriptFile, others: Scripts) -> Iterator[Observation]:
    file = script.file
    defined: dict[str, int] = {}
    twice: set[str] = set()
    for number, line in enumerate(file.lines, 1):
        found = re.match(r"(?:function\s+)?([A-Za-z_][\w-]*)\s*\(\)\s*\{?\s*$", line)
        if found is None:
            continue
        name = found[1]
        if name in defined and name not in twice:
            twice.add(name)
            yield fault(
                file.place(number),
                f"{file.name} defines {name} a second time, which replaces the first definition",
                related=(file.place(defined[name]),),
            )
        defined.setdefault(name, number)
    if any(c.program in _SOURCES for c in script.commands):
        return
    families = {n.partition("_")[0] for n in defined if "_" in n}
    seen: set[str] = set()
    for command in script.commands:
        name = command.argv[0] if command.argv else ""
        of_kind = "_" in name and name.isidentifier() and name.partition("_")[0] in families
        if of_kind and name not in defined and name not in seen and not name.startswith(_PROGRAMS):
            texts = [other.file.text for other in others.all]
            if any(f"{name}()" in t.replace(" ", "") or f"function {name}" in t for t in texts):
                continue
            seen.add(name)
            yield fault(
                file.place(command.line),
                f"{file.name} calls {name}, which is defined nowhere",
                severity=Severity.MEDIUM,
            )
