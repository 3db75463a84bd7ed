"""`seatrial runs`, and the words after `resume` and `undo`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from seatrial.cli.screen import Screen
from seatrial.engine.runs import Run, all_runs, open_run, runs_folder
from seatrial.model.errors import UsageError

_NAMED: Final = 3
"""Practices that a line names."""

HELP = """\
usage: seatrial runs [PATH]

Lists the runs of `seatrial apply` that are kept for a repository (default: the current folder):
name, state, how many steps are done, and what it was about.
"""


def obey(words: list[str], screen: Screen) -> int:
    """List the runs."""
    if {"-h", "--help"} & set(words):
        screen.write(HELP)
        return 0
    if len(words) > 1 or any(word.startswith("-") for word in words):
        raise UsageError("name one folder at most", hint="seatrial runs [PATH]")
    runs = all_runs(runs_folder(Path(words[0] if words else ".").resolve()))
    lines = [_line(run) for run in runs] or ["no run is kept here"]
    screen.write("\n".join(lines) + "\n")
    return 0


def _line(run: Run) -> str:
    done = len({event.get("step") for event in run.events() if event["event"] == "end"})
    branch = f"  branch {run.header.branch}" if run.header.branch else ""
    what = ", ".join(run.header.practices[:_NAMED]) + ", ..." * (len(run.header.practices) > _NAMED)
    return f"{run.id}  {run.state:<10}  {done}/{len(run.header.steps)} steps{branch}  {what}"


def chosen(verb: str, text: str, words: list[str], screen: Screen) -> Run | None:
    """The run that the words name; None when only help was asked for.

    Raises:
        UsageError: no run, or more than one, is meant.
    """
    if {"-h", "--help"} & set(words):
        screen.write(text)
        return None
    plain = [word for word in words if not word.startswith("-")]
    screen.quiet = "--quiet" in words
    if len(plain) not in {1, 2} or set(words) - set(plain) - {"--quiet", "--debug"}:
        raise UsageError(f"`seatrial {verb}` takes the name of a run", hint="see `seatrial runs`")
    folder = Path(plain[1] if len(plain) > 1 else ".").resolve()
    return open_run(runs_folder(folder), plain[0])
