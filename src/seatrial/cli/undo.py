"""`seatrial undo RUN`."""

from __future__ import annotations

from typing import Final

from seatrial.cli.runs import chosen
from seatrial.cli.screen import Screen
from seatrial.engine.apply import undo

LESSON: Final = """\
The last step first; a file that somebody changed since is left as it is and named. A branch that
the run made is deleted, as long as nobody else committed to it.

Examples:
  seatrial undo latest
  seatrial undo 20261124t120000-1d44 app/

Exit codes:
  0    undone: everything is as it was before the run
  1    another process works on it
  4    something could not be brought back; the message names it
"""


def obey(words: list[str], screen: Screen) -> int:
    """Take a run back."""
    run = chosen("undo", "Brings back what a run of `apply` changed.", LESSON, words, screen)
    if run.state == "undone":
        screen.write(f"run {run.id} is undone already\n")
        return 0
    undo(run, screen)
    screen.write(f"run {run.id} is undone: everything is as it was before\n")
    return 0
