"""`seatrial runs`, and the words after `resume` and `undo`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from seatrial.cli.arguments import Parser
from seatrial.cli.screen import Screen
from seatrial.engine.runs import Run, all_runs, open_run, runs_folder

LESSON: Final = """\
One line per run: its name, its state, how many steps are done, and what it was about.

Examples:
  seatrial runs                 of the current folder
  seatrial runs app/            of another repository
"""
_NAMED: Final = 3
"""Practices that a line names."""


def obey(words: list[str], screen: Screen) -> int:
    """List the runs."""
    given = parser().parse_args(words)
    runs = all_runs(runs_folder(given.path.resolve()))
    lines = [_line(run) for run in runs] or ["no run is kept here"]
    screen.write("\n".join(lines) + "\n")
    return 0


def parser() -> Parser:
    """The parser of `seatrial runs`."""
    made = Parser("runs", "Lists the runs of `seatrial apply` that are kept.", LESSON)
    _add_path(made)
    return made


def _add_path(made: Parser) -> None:
    made.add_argument(
        "path",
        nargs="?",
        type=Path,
        default=Path(),
        metavar="PATH",
        help="first repository of the run (default: the current folder)",
    )


def _line(run: Run) -> str:
    done = len({event.get("step") for event in run.events() if event["event"] == "end"})
    branch = f"  branch {run.header.branch}" if run.header.branch else ""
    what = ", ".join(run.header.practices[:_NAMED])
    what += ", ..." * (len(run.header.practices) > _NAMED)
    return f"{run.id}  {run.state:<10}  {done}/{len(run.header.steps)} steps{branch}  {what}"


def chosen(verb: str, purpose: str, lesson: str, words: list[str], screen: Screen) -> Run:
    """The run that the words after `resume` or `undo` name.

    Raises:
        UsageError: no run, or more than one, is meant.
    """
    made = Parser(verb, purpose, lesson)
    made.add_argument("run", metavar="RUN", help="its name, the beginning of it, or `latest`")
    _add_path(made)
    made.add_argument("--quiet", action="store_true", help="no progress")
    made.add_argument("--debug", action="store_true", help="show tracebacks of our own faults")
    given = made.parse_args(words)
    screen.quiet = given.quiet
    return open_run(runs_folder(given.path.resolve()), given.run)
