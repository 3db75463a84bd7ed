"""`seatrial apply`."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Final

import seatrial
from seatrial.cli.arguments import Parser
from seatrial.cli.plan import options_of
from seatrial.cli.planflags import request_of, shared
from seatrial.cli.screen import Screen
from seatrial.cli.words import sort_words
from seatrial.engine import planfile
from seatrial.engine.apply import Wish, apply, only
from seatrial.engine.collect import access
from seatrial.engine.planning import make_plan
from seatrial.engine.runs import RefusedError, Run, UnfinishedError, runs_folder
from seatrial.engine.survey import AuditRequest
from seatrial.model.errors import UsageError
from seatrial.model.plan import Plan
from seatrial.report.options import Options
from seatrial.report.plan import PLAN_FORMATS
from seatrial.report.plan.phrases import NOTHING, closing

KINDS: Final = ("files", "index", "github")
LESSON: Final = """\
Plans, shows the plan in short, asks, and carries it out: files in the work tree, or on a branch of
their own. Every file is checked again before it is written; what has changes that are not committed
is never overwritten. A run that was cut goes on with `seatrial resume`, or is taken back with
`seatrial undo`.

Examples:
  seatrial apply app/ infra/                        everything
  seatrial apply rollback app/ infra/               one practice
  seatrial apply today.plan                         a plan that was kept; refused when stale
  seatrial apply app/ infra/ --branch practices     on a branch, the work tree stays as it is
  seatrial apply app/ --branch x --pull-request     and as a pull request

Exit codes:
  0    done, or nothing to do
  1    refused, nothing was changed; or answered with no
  2    wrong usage, or a saved plan that is stale
  4    stopped on the way: the message names `seatrial resume RUN` and `seatrial undo RUN`
  130  interrupted
"""


def obey(words: list[str], screen: Screen) -> int:
    """Plan, ask, carry out, and plan again."""
    given = parser().parse_intermixed_args(words)
    screen.quiet = given.quiet
    if given.pull_request and not given.branch:
        raise UsageError("a pull request needs a branch", hint="add --branch NAME")
    if given.pull_request:
        # Without a token it would stop at its last step; better before its first.
        access(os.environ, "--pull-request")
    request, expected = _asked(given)
    plan = make_plan(request, screen)
    if expected and plan.digest != expected:
        hint = "plan again: seatrial plan --out FILE"
        raise UsageError("the saved plan is stale: what it was made from has changed", hint=hint)
    plan = only(plan, given.only)
    shown = PLAN_FORMATS["text"](plan, options_of(given))
    screen.write(shown)
    if plan.empty:
        return 0
    if not given.yes and not _confirmed(screen):
        screen.say("Nothing was changed.")
        return 1
    run = apply(plan, _wish(given, plan, request), screen)
    _told(run, plan, given, screen)
    if given.branch:
        return 0
    return _looked_again(run, request, given, screen)


def _asked(given: argparse.Namespace) -> tuple[AuditRequest, str]:
    files = [word for word in given.words if planfile.is_plan_file(Path(word))]
    if files:
        if len(given.words) > 1 or given.env or given.config:
            hint = f"seatrial apply {files[0]}"
            raise UsageError("a saved plan stands alone", hint=hint)
        return planfile.read(Path(files[0]), seatrial.__version__)
    lost = [w for w in given.words if Path(w).is_file()]
    if lost:
        raise UsageError(f"{lost[0]} is no saved plan", hint="make one with `seatrial plan --out`")
    return request_of(given, sort_words(given.words)), ""


def _wish(given: argparse.Namespace, plan: Plan, request: AuditRequest) -> Wish:
    shown = dict(plan.shown)
    homes = {name: Path(shown[name]).resolve() for name in plan.repositories}
    first = request.paths[0].resolve() if request.paths else Path.cwd()
    return Wish(
        runs=runs_folder(first),
        homes=homes,
        branch=given.branch or "",
        pull_request=given.pull_request,
        allow_delete=given.allow_delete,
    )


def _confirmed(screen: Screen) -> bool:
    if not sys.stdin.isatty():
        hint = "add --yes where nobody can answer"
        raise RefusedError("nobody is there to say yes", hint=hint)
    screen.say("Carry this out? Only `yes` is taken for it.")
    return sys.stdin.readline().strip() == "yes"


def _told(run: Run, plan: Plan, given: argparse.Namespace, screen: Screen) -> None:
    add, change, destroy = plan.counts
    done = f"Apply complete: {add} added, {change} changed, {destroy} destroyed."
    where = f" on branch {given.branch}" if given.branch else ""
    screen.write(f"\n{done}{where}\n")
    screen.say(f"run {run.id}; take it back with: seatrial undo {run.id}")


def _looked_again(
    run: Run, request: AuditRequest, given: argparse.Namespace, screen: Screen
) -> int:
    """Plan again: what is carried out must want nothing more."""
    again = only(make_plan(request, screen), given.only)
    if again.empty:
        return 0
    screen.write(PLAN_FORMATS["text"](again, Options(details=False)))
    raise UnfinishedError(
        f"after the run something is still to change: {closing(again)}",
        hint=f"seatrial apply once more, or seatrial undo {run.id}",
    )


def parser() -> Parser:
    """The parser of `seatrial apply`."""
    made = Parser("apply", "Carries out what `seatrial plan` shows.", LESSON)
    add = made.add_argument
    add(
        "words",
        nargs="*",
        metavar="PATH|PRACTICE|FILE",
        help="repositories and practices, or a saved plan",
    )
    add("--yes", action="store_true", help="do not ask")
    add("--branch", metavar="NAME", help="make this branch and commit there")
    add("--pull-request", action="store_true", help="push the branch and open a pull request")
    add(
        "--only",
        action="append",
        default=[],
        choices=KINDS,
        metavar="KIND",
        help="only files, index or github",
    )
    add("--allow-delete", action="store_true", help="carry out deletions too")
    add("--details", dest="short", action="store_false", help="show the whole diff before asking")
    shared(made)
    return made


__all__ = ["NOTHING", "obey", "parser"]
