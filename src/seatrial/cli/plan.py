"""`seatrial plan`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from seatrial.cli.arguments import Parser
from seatrial.cli.audit import deliver
from seatrial.cli.planflags import request_of, shared
from seatrial.cli.screen import Screen, ascii_only, colored, columns
from seatrial.cli.words import sort_words
from seatrial.engine.planning import make_plan
from seatrial.model.plan import Plan
from seatrial.report.options import Options
from seatrial.report.plan import PLAN_FORMATS

LESSON: Final = """\
A word is a practice (its id or number) or the path of a repository; no path means the current
folder. Nothing is written but the file that --out or --output names.

Examples:
  seatrial plan app/ infra/                        everything, as a diff
  seatrial plan app/ infra/ --short                one line per file
  seatrial plan rollback 8 --env production        two practices, one environment
  seatrial plan app/ infra/ --out today.plan       keep it, then: seatrial apply today.plan
  seatrial plan app/ infra/ --check                what zizmor, helm, promtool and others say of it
  seatrial plan --detailed-exitcode                in a pipeline: is anything missing?
  seatrial plan --format markdown                  for a comment on a pull request

Exit codes:
  0    planned (with --detailed-exitcode: nothing is to change)
  1    with --check: a judge found something; with --detailed-exitcode: it could not be planned
  2    with --detailed-exitcode: something is to change; without: wrong usage
  130  interrupted
"""


def obey(words: list[str], screen: Screen) -> int:
    """Plan, and write the plan."""
    given = parser().parse_intermixed_args(words)
    screen.quiet = given.quiet
    from seatrial.model.errors import SeatrialError

    try:
        return _planned(given, screen)
    except SeatrialError as error:
        if given.detailed_exitcode:
            # Terraform's meaning: 1 is an error, 2 is a difference.
            error.exit_code = 1
        raise


def _planned(given: argparse.Namespace, screen: Screen) -> int:
    sorted_words = sort_words(given.words)
    request = request_of(given, sorted_words)
    plan = make_plan(request, screen)
    if given.out is not None:
        from seatrial.engine.planfile import save

        save(given.out, plan, request)
    deliver(PLAN_FORMATS[given.format](plan, options_of(given)), given.output, screen)
    if given.check and not _judged(plan, screen):
        return 1
    if given.out is not None:
        screen.say(f"kept in {given.out}; carry it out with: seatrial apply {given.out}")
    return 2 if given.detailed_exitcode and not plan.empty else 0


def _judged(plan: Plan, screen: Screen) -> bool:
    """Let the field's judges look at the result; False when one of them found something."""
    from seatrial.cli.judged import lines
    from seatrial.engine.judges import Result, check

    shown = dict(plan.shown)
    homes = {name: Path(shown[name]).resolve() for name in plan.repositories}
    opinions = check(plan, homes, screen)
    screen.say(lines(opinions), whole=True)
    return not any(opinion.result is Result.FOUND for opinion in opinions)


def options_of(given: argparse.Namespace) -> Options:
    """How the plan shall look."""
    to_file = getattr(given, "output", None) is not None
    return Options(
        color=bool(given.color) if to_file else colored(wish=given.color),
        ascii=not to_file and ascii_only(),
        width=100 if to_file else columns(),
        details=not given.short,
    )


def parser() -> Parser:
    """The parser of `seatrial plan`."""
    made = Parser("plan", "Shows what has to change for the practices to be in place.", LESSON)
    add = made.add_argument
    add("words", nargs="*", metavar="PATH|PRACTICE", help="repositories and practices")
    add("--format", choices=tuple(PLAN_FORMATS), default="text", help="form (default: text)")
    add("--short", action="store_true", help="one line per file, no diffs (text)")
    add("--out", type=Path, metavar="FILE", help="keep the plan for `seatrial apply FILE`")
    add("--output", type=Path, metavar="FILE", help="write what is shown to a file")
    add("--check", action="store_true", help="let zizmor, helm, promtool ... judge the result")
    add("--detailed-exitcode", action="store_true", help="0 nothing to change, 1 error, 2 changes")
    shared(made)
    return made


__all__ = ["Plan", "obey", "options_of", "parser"]
