"""Flags that `plan` and `apply` share."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from seatrial.cli.words import Words
from seatrial.engine.collect import access
from seatrial.engine.survey import AuditRequest


def shared(parser: argparse.ArgumentParser) -> None:
    """Add them to a parser."""
    add = parser.add_argument
    add("--env", action="append", default=[], metavar="ENV", help="only this environment or tier")
    add("--live", action="store_true", help="look at GitHub too, with GITHUB_TOKEN")
    add("--config", type=Path, metavar="FILE", help="a seatrial.yaml at another place")
    add("--quiet", action="store_true", help="no progress")
    add("--color", action=argparse.BooleanOptionalAction, default=None, help="colours or none")
    add("--debug", action="store_true", help="show tracebacks of seatrial's own faults")


def request_of(given: argparse.Namespace, words: Words) -> AuditRequest:
    """What the engine is asked for."""
    from datetime import UTC, datetime

    return AuditRequest(
        now=datetime.now(UTC).replace(microsecond=0),
        paths=words.paths,
        practices=words.practices,
        environments=tuple(given.env),
        config=given.config,
        live=access(os.environ) if given.live else None,
        debug=given.debug,
    )
