"""The result of an audit, as one frozen value that every report renders."""

from datetime import datetime

from seatrial.model.environment import Environment
from seatrial.model.finding import Finding, Outcome
from seatrial.model.place import Place
from seatrial.model.practice import Practice
from seatrial.model.struct import struct
from seatrial.model.verdict import Status


@struct
class RepositoryRecord:
    """One audited repository.

    Attributes:
        role: `app`, `infra` or `both`.
        commit: the checked-out commit, or an empty string without git.
        files: number of files that the walk listed.
        skipped: what was left out, by reason (`submodules`, `symlinks`, `vendored`, `binaries`,
            `too large`), only reasons with a count above zero.
    """

    name: str
    path: str
    role: str
    commit: str
    files: int
    skipped: tuple[tuple[str, int], ...] = ()


@struct
class TroubleRecord:
    """Something that could not be read or understood, for the report's last section."""

    place: Place | None
    message: str
    hint: str = ""


@struct
class Verdict:
    """What is said of one practice.

    Attributes:
        by_environment: status for each audited environment, in the order of the record.
        summary: one sentence; for not-applicable and unknown it says what is missing or where.
        findings: faults first, worst first; then unknowns; then what was met.
    """

    practice: Practice
    status: Status
    by_environment: tuple[tuple[str, Status], ...]
    summary: str
    findings: tuple[Finding, ...]

    def faults(self) -> tuple[Finding, ...]:
        """Faults that nobody waived."""
        return tuple(f for f in self.findings if f.counts)

    def unconfirmed(self) -> int:
        """Number of points that only a live system could confirm."""
        return sum(f.outcome is Outcome.UNKNOWN for f in self.findings)


@struct
class Gap:
    """One of the gaps that would hurt first: what, where, how to mend it, how to prove it."""

    practice: Practice
    finding: Finding
    fix_command: str
    drill_command: str


@struct
class AuditRecord:
    """Everything that one `seatrial audit` found out.

    Attributes:
        score: 0 to 100, for fleets and badges.
        worst: at most three gaps, the worst first.
        baseline_hidden: number of faults that a baseline file hides.
    """

    tool_version: str
    at: datetime
    repositories: tuple[RepositoryRecord, ...]
    environments: tuple[Environment, ...]
    verdicts: tuple[Verdict, ...]
    worst: tuple[Gap, ...]
    score: int
    troubles: tuple[TroubleRecord, ...] = ()
    notices: tuple[str, ...] = ()
    baseline_hidden: int = 0

    def count(self, status: Status) -> int:
        """Number of practices with this status."""
        return sum(verdict.status is status for verdict in self.verdicts)

    def findings(self) -> tuple[Finding, ...]:
        """All findings, practice by practice."""
        return tuple(f for verdict in self.verdicts for f in verdict.findings)
