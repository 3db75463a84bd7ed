"""`seatrial audit`."""

from __future__ import annotations

import os
from pathlib import Path

from seatrial.cli.answer import answer
from seatrial.cli.flags import Flags, read_flags
from seatrial.cli.screen import Screen, ascii_only, colored, columns
from seatrial.cli.texts import docs
from seatrial.cli.words import Words, sort_words
from seatrial.engine.collect import Access, access
from seatrial.engine.survey import AuditRequest, survey
from seatrial.model.errors import UsageError
from seatrial.model.record import AuditRecord
from seatrial.report import FORMATS, Options, job_summary


def obey(words: list[str], screen: Screen) -> int:
    """Audit one system or a fleet, and write the result."""
    flags = read_flags(words)
    screen.quiet = flags.quiet
    sorted_words = sort_words(flags.words)
    if flags.fleet is not None:
        if sorted_words.paths:
            hint = f"the applications stand in {flags.fleet}"
            raise UsageError("a path cannot be combined with --fleet", hint=hint)
        from seatrial.cli.fleet import obey_fleet

        return obey_fleet(flags, sorted_words.practices, screen)
    record = survey(request_of(flags, sorted_words), screen)
    options = options_of(flags, record)
    deliver(FORMATS[flags.format](record, options), flags.output, screen)
    if flags.format == "github":
        _append_summary(record, options)
    complained = bool(screen.errors)
    return answer(record, fail_on=flags.fail_on, strict=flags.strict, complained=complained)


def request_of(flags: Flags, words: Words) -> AuditRequest:
    """What the engine is asked for."""
    from datetime import UTC, datetime

    return AuditRequest(
        now=datetime.now(UTC).replace(microsecond=0),
        paths=words.paths,
        practices=words.practices,
        environments=flags.environments,
        config=flags.config,
        baseline=flags.baseline,
        write_baseline=flags.write_baseline,
        live=access_of(flags),
        debug=flags.debug,
    )


def access_of(flags: Flags) -> Access | None:
    """How to look at live systems, when that is asked for."""
    return access(os.environ) if flags.live else None


def options_of(flags: Flags, record: AuditRecord) -> Options:
    """How the report shall look."""
    to_file = flags.output is not None
    return Options(
        color=bool(flags.color) if to_file else colored(wish=flags.color),
        ascii=not to_file and ascii_only(),
        width=100 if to_file else columns(),
        details=flags.details,
        command=flags.command,
        docs=docs(verdict.practice for verdict in record.verdicts),
        root=str(Path.cwd()),
    )


def deliver(text: str, output: Path | None, screen: Screen) -> None:
    """Write the result to a file, whole or not at all, or to stdout."""
    if output is None:
        screen.write(text)
        return
    from seatrial.engine.baseline import replace_file

    replace_file(output, text)


def _append_summary(record: AuditRecord, options: Options) -> None:
    target = os.environ.get("GITHUB_STEP_SUMMARY")
    if target:
        with Path(target).open("a", encoding="utf-8", errors="backslashreplace") as stream:
            stream.write(job_summary(record, options))
