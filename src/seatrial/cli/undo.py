"""`seatrial undo RUN`."""

from __future__ import annotations

from seatrial.cli.runs import chosen
from seatrial.cli.screen import Screen
from seatrial.engine.apply import undo

HELP = """\
usage: seatrial undo RUN [PATH]

Brings back what a run of `seatrial apply` changed, last step first. A file that somebody changed
since is left as it is and named. RUN is the run's name, its beginning, or `latest`; PATH is the
first repository of the run (default: the current folder).

Exit codes: 0 undone; 1 somebody else works on it; 4 something could not be brought back.
"""


def obey(words: list[str], screen: Screen) -> int:
    """Take a run back."""
    run = chosen("undo", HELP, words, screen)
    if run is None:
        return 0
    if run.state == "undone":
        screen.write(f"run {run.id} is undone already\n")
        return 0
    undo(run, screen)
    screen.write(f"run {run.id} is undone: everything is as it was before\n")
    return 0
