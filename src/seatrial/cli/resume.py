"""`seatrial resume RUN`."""

from __future__ import annotations

from seatrial.cli.runs import chosen
from seatrial.cli.screen import Screen
from seatrial.engine.apply import carry_on

HELP = """\
usage: seatrial resume RUN [PATH]

Goes on with a run that was cut: what is done stays, the rest is carried out. RUN is the run's name,
its beginning, or `latest`; PATH is the first repository of the run (default: the current folder).

Exit codes: 0 done; 1 somebody else works on it; 4 it stopped again, the message says where.
"""


def obey(words: list[str], screen: Screen) -> int:
    """Go on with a run."""
    run = chosen("resume", HELP, words, screen)
    if run is None:
        return 0
    if run.state == "done":
        screen.write(f"run {run.id} is done; there is nothing to resume\n")
        return 0
    carry_on(run, screen)
    screen.write(f"run {run.id} is done: {len(run.header.steps)} steps\n")
    return 0
