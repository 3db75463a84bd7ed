"""The help of `seatrial` itself."""

from __future__ import annotations

from collections.abc import Mapping

EXIT_CODES = """\
Exit codes:
  0    yes: the question was answered, nothing at or above --fail-on
  1    the answer is no: a finding at or above --fail-on, or an expired waiver
  2    wrong usage: a path, a practice, seatrial.yaml or the baseline is wrong
  3    could not tell: with --strict, something is unknown; or seatrial itself failed
  4    a run of apply stopped on the way: the message names seatrial resume RUN
  130  interrupted"""


def overview(commands: Mapping[str, str]) -> str:
    """What `seatrial --help` prints."""
    lines = [f"  {name:<11}{purpose}" for name, purpose in commands.items()]
    return f"""\
seatrial takes an application and its infrastructure from a list of DevOps gaps to practices that
are in place. An audit reads files only: offline, with no configuration, and it runs nothing of
yours; `apply` writes what `plan` shows.

Usage: seatrial COMMAND [...]

Commands:
{chr(10).join(lines)}

Start here:
  seatrial audit                          the current folder
  seatrial audit app/ infrastructure/     an application and its infrastructure as one system
  seatrial audit rollback --details       one practice, every finding
  seatrial explain rollback               what it asks for, and why
  seatrial plan app/ infrastructure/      what has to change, as a diff

Every command has its own help: seatrial audit --help
`seatrial --version` prints the version.

{EXIT_CODES}
"""
