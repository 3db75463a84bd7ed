"""`seatrial resume RUN`."""

from __future__ import annotations

from typing import Final

from seatrial.cli.runs import chosen
from seatrial.cli.screen import Screen
from seatrial.engine.apply import carry_on

LESSON: Final = """\
What is done stays, the rest is carried out; a file that somebody changed meanwhile is left alone
and named.

Examples:
  seatrial resume latest
  seatrial resume 20261124t120000-1d44 app/

Exit codes:
  0    done
  1    another process works on it, or it was undone
  4    it stopped again; the message says where
"""


def obey(words: list[str], screen: Screen) -> int:
    """Go on with a run."""
    run = chosen("resume", "Goes on with a run of `apply` that was cut.", LESSON, words, screen)
    if run.state == "done":
        screen.write(f"run {run.id} is done; there is nothing to resume\n")
        return 0
    carry_on(run, screen)
    screen.write(f"run {run.id} is done: {len(run.header.steps)} steps\n")
    return 0
