"""Scripts that people keep for emergencies: they run only when somebody says why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.site import Site
from seatrial.model.change import Edit, Leave, Wish
from seatrial.model.edit import InsertText
from seatrial.practices.infrastructure_as_code.hands import scripts_by_hand

GUARD: Final = """\
# What this changes stands in no file, so the next delivery undoes it: for emergencies only.
: "${BREAK_GLASS:?say why, for example BREAK_GLASS=incident-42; the code is the way otherwise}"
"""


def emergency_scripts(site: Site[object]) -> Iterator[Wish]:
    """Yield the guard of each script that changes something by hand."""
    for one in scripts_by_hand(site):
        file = one.script.file
        anchor = _anchor(file.lines)
        if not anchor or file.lines.count(anchor) != 1:
            yield Leave(
                f"{file.name} changes the cluster by hand: let it ask for BREAK_GLASS at its start",
                file.place(),
            )
            continue
        edit = InsertText(GUARD, after=f"{anchor}\n", there=GUARD.splitlines()[1] + "\n")
        reason = f"{file.name} changes the cluster by hand, which is for emergencies only"
        yield Edit(file.root.name, file.path, (edit,), reason)


def _anchor(lines: list[str]) -> str:
    """The `set -e` line, else the shebang."""
    for line in lines:
        if line.startswith("set -"):
            return line
    return lines[0] if lines and lines[0].startswith("#!") else ""
