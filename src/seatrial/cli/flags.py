"""The flags of `seatrial audit`, as values."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path
from typing import Final

from seatrial.cli.arguments import Parser
from seatrial.cli.manual import EXIT_CODES
from seatrial.model.errors import UsageError
from seatrial.model.finding import Severity
from seatrial.model.struct import struct

FORMATS: Final = ("text", "json", "sarif", "junit", "markdown", "html", "github")
SEVERITIES: Final = ("none", "info", "low", "medium", "high", "critical")
LESSON: Final = f"""\
A word is a practice (its id or number) or the path of a repository; no path means the current
folder. A folder that is called like a practice is written ./rollback. With one path, the other
repositories of the system are found through seatrial.yaml.

Examples:
  seatrial audit                                       what would hurt first, and the grid
  seatrial audit app/ infra/ --details                 every finding with its place
  seatrial audit rollback 8 --env production           two practices, one environment
  seatrial audit --format sarif --output seatrial.sarif
  seatrial audit --format github --fail-on high        in a pull request
  seatrial audit app/ infra/ --live                    what GitHub really asks, with GITHUB_TOKEN
  seatrial audit --baseline known.json --write-baseline    accept what is there today ...
  seatrial audit --baseline known.json --fail-on low       ... and fail for what is new
  seatrial audit --fleet fleet.yaml                    many applications on all cores

{EXIT_CODES}
"""


@struct
class Flags:
    """What was asked.

    Attributes:
        fail_on: least severity that makes the exit code 1; None: findings do not.
        color: None leaves it to the terminal.
    """

    words: tuple[str, ...]
    format: str
    output: Path | None
    fail_on: Severity | None
    strict: bool
    environments: tuple[str, ...]
    details: bool
    config: Path | None
    baseline: Path | None
    write_baseline: bool
    fleet: Path | None
    live: bool
    debug: bool
    quiet: bool
    color: bool | None

    @property
    def command(self) -> str:
        """The command without what only shapes its output, for "what to do next"."""
        parts = ["seatrial", "audit", *self.words]
        for environment in self.environments:
            parts += ["--env", environment]
        if self.live:
            parts += ["--live"]
        if self.config:
            parts += ["--config", str(self.config)]
        if self.baseline:
            parts += ["--baseline", str(self.baseline)]
        return shlex.join(parts)


def read_flags(words: list[str]) -> Flags:
    """Parse the words after `audit`.

    Raises:
        UsageError: they are wrong or cannot be combined.
    """
    given = _parser().parse_intermixed_args(words)
    flags = Flags(
        words=tuple(given.words),
        format=given.format,
        output=given.output,
        fail_on=None if given.fail_on == "none" else Severity[given.fail_on.upper()],
        strict=given.strict,
        environments=tuple(given.env),
        details=given.details,
        config=given.config,
        baseline=given.baseline,
        write_baseline=given.write_baseline,
        fleet=given.fleet,
        live=given.live,
        debug=given.debug,
        quiet=given.quiet,
        color=given.color,
    )
    _combine(flags)
    return flags


def _combine(flags: Flags) -> None:
    if flags.write_baseline and flags.baseline is None:
        hint = "add --baseline FILE, the file to write"
        raise UsageError("--write-baseline needs a file", hint=hint)
    if flags.write_baseline and flags.environments:
        hint = "leave --env out: a baseline holds what is there in all environments"
        raise UsageError("--write-baseline cannot be narrowed to an environment", hint=hint)
    if flags.fleet and (flags.baseline or flags.config):
        name = "--baseline" if flags.baseline else "--config"
        raise UsageError(f"{name} cannot be combined with --fleet", hint="audit one application")
    if flags.fleet and flags.format not in {"text", "json"}:
        hint = "use --format text or json"
        raise UsageError(f"a fleet has no {flags.format} report", hint=hint)


def _parser() -> Parser:
    purpose = "Says which of the 20 practices are there: from files, and with --live from GitHub."
    parser = Parser("audit", purpose, LESSON)
    add = parser.add_argument
    add("words", nargs="*", metavar="PATH|PRACTICE", help="repositories and practices")
    add("--format", choices=FORMATS, default="text", help="form of the result (default: text)")
    add(
        "--output",
        type=Path,
        metavar="FILE",
        help="write the result to a file, whole or not at all",
    )
    add("--details", action="store_true", help="every finding with its place")
    add("--env", action="append", default=[], metavar="ENV", help="only this environment or tier")
    add(
        "--live",
        action="store_true",
        help="read live systems too: GitHub, with GITHUB_TOKEN (only reads, never writes)",
    )
    _gates(parser)
    add("--fleet", type=Path, metavar="FILE", help="audit the applications that a file lists")
    add("--config", type=Path, metavar="FILE", help="a seatrial.yaml at another place")
    add("--quiet", action="store_true", help="no progress")
    add("--color", action=argparse.BooleanOptionalAction, default=None, help="colours or none")
    add("--debug", action="store_true", help="show tracebacks of seatrial's own faults")
    return parser


def _gates(parser: argparse.ArgumentParser) -> None:
    gates = parser.add_argument_group("when it is a gate")
    add = gates.add_argument
    add(
        "--fail-on",
        choices=SEVERITIES,
        default="none",
        metavar="SEVERITY",
        help="exit 1 for findings at or above info, low, medium, high or critical"
        " (default: none, the audit itself is the answer)",
    )
    add("--strict", action="store_true", help="exit 3 when anything is unknown")
    add("--baseline", type=Path, metavar="FILE", help="show only what is not in this file")
    add("--write-baseline", action="store_true", help="write that file from what is there now")
