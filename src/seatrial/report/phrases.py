"""Words that all reports share: places, commands, counts, and text made safe to print."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from seatrial.model.environment import Environment
from seatrial.model.finding import Finding, Outcome, Severity
from seatrial.model.place import Place
from seatrial.model.record import AuditRecord, RepositoryRecord, Verdict
from seatrial.model.verdict import Status
from seatrial.report.options import Options

STATUSES = (
    Status.ABSENT,
    Status.PARTIAL,
    Status.PRESENT,
    Status.PROVEN,
    Status.UNKNOWN,
    Status.NOT_APPLICABLE,
)
"""The order in which reports count."""

VERDICT_RULES = (
    ("absent", "no real, active piece of the practice was seen."),
    ("partial", "a piece was seen, but a requirement fails or a severe fault stands."),
    ("present", "every requirement that files can show is met; this does not show that it works."),
    ("proven", "present, and a drill on real components passed recently enough."),
    ("unknown", "what would show it could not be looked at; never counted as good."),
    ("not applicable", "this system has nothing that needs it."),
)
"""How a status is reached, for the readers of a report."""


def printable(text: str) -> str:
    """Put a text on one line and spell out what would steer a terminal or hide on a page.

    Names in repositories may hold escape sequences, line breaks, bytes that are no UTF-8, or marks
    that turn the direction of writing.
    """
    if text.isprintable():
        return text
    line = " ".join(text.split())
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in line)


def encodable(text: str) -> str:
    """Replace what cannot be written as UTF-8 (halves of surrogate pairs from broken names)."""
    return text.encode("utf-8", "replace").decode("utf-8")


def clipped(text: str, limit: int) -> str:
    """Cut a text to `limit` characters, the last of which then says that it was cut."""
    return text if len(text) <= limit else text[: limit - 3].rstrip() + "..."


def plural(number: int, noun: str) -> str:
    """`1 fault`, `2 faults`, `2 repositories`."""
    if number == 1:
        return f"1 {noun}"
    return f"{number} {noun[:-1]}ies" if noun.endswith("ry") else f"{number} {noun}s"


def status_word(status: Status) -> str:
    """The status in at most seven letters."""
    return "n/a" if status is Status.NOT_APPLICABLE else str(status)


def location(place: Place, record: AuditRecord) -> str:
    """`path:line`, with the repository's name when the record has several."""
    where = printable(str(place))
    return f"{where} ({printable(place.repository)})" if len(record.repositories) > 1 else where


def fix_command(finding: Finding) -> str:
    """The command that mends a finding, or an empty string where only a person can."""
    if not finding.fix or finding.fix == "manual":
        return ""
    verb = f"apply {finding.practice}" if finding.fix == "apply" else finding.fix
    return f"seatrial {verb}"


def proof_age(verdict: Verdict) -> str:
    """How old the practice's newest proof is."""
    if verdict.status is Status.NOT_APPLICABLE:
        return "-"
    return "valid" if verdict.status is Status.PROVEN else "never"


def verdicts(record: AuditRecord) -> tuple[Verdict, ...]:
    """Verdicts by the practice's number."""
    return tuple(sorted(record.verdicts, key=lambda v: v.practice.number))


def environments(record: AuditRecord) -> tuple[str, ...]:
    """Names of the environments that the grid shows."""
    return tuple(e.name for e in record.environments)


def foremost(known: Sequence[Environment], most: int) -> tuple[Environment, ...]:
    """At most so many environments, in their order; production stays longest, then staging."""
    tiers = {"production": 0, "staging": 1, "dev": 2}
    ranked = sorted(range(len(known)), key=lambda i: (tiers.get(known[i].tier, 3), i))
    return tuple(known[i] for i in sorted(ranked[:most]))


def totals(record: AuditRecord) -> str:
    """`20 practices: 9 absent, 6 partial, 5 present; score 37/100`."""
    counts = [(record.count(status), status) for status in STATUSES]
    words = ", ".join(f"{n} {str(s).replace('-', ' ')}" for n, s in counts if n)
    practices = plural(len(record.verdicts), "practice")
    return f"{practices}: {words or 'none selected'}; score {record.score}/100"


def no_gap(record: AuditRecord) -> str:
    """What to say instead of the worst gaps, without praising what was not seen."""
    unknown = sum(verdict.unconfirmed() for verdict in record.verdicts)
    if not unknown:
        return "No gap was found in what could be read."
    return f"No gap was found in what could be read; {plural(unknown, 'point')} could not be."


def fault_totals(record: AuditRecord) -> str:
    """`31 faults: 4 critical, 27 high; 2 waived; 10 hidden by the baseline; 3 points unknown`."""
    findings = record.findings()
    faults = [f for f in findings if f.counts]
    levels = [(sum(f.severity is s for f in faults), s.word) for s in sorted(Severity)[::-1]]
    split = ", ".join(f"{n} {word}" for n, word in levels if n)
    parts = [plural(len(faults), "fault") + (f": {split}" if split else "")]
    waived = sum(f.outcome is Outcome.FAULT and bool(f.waiver) for f in findings)
    unknown = sum(f.outcome is Outcome.UNKNOWN for f in findings)
    parts += [f"{waived} waived"] if waived else []
    parts += [f"{record.baseline_hidden} hidden by the baseline"] if record.baseline_hidden else []
    parts += [plural(unknown, "point") + " could not be looked at"] if unknown else []
    return "; ".join(parts)


def repository_line(repository: RepositoryRecord) -> str:
    """`shop (app, 212 files, 1a2b3c4d5e6f); left out: 3 binaries`."""
    facts = [repository.role, plural(repository.files, "file")]
    facts += [repository.commit[:12]] if repository.commit else []
    line = f"{repository.name} ({', '.join(facts)})"
    left_out = ", ".join(f"{count} {reason}" for reason, count in repository.skipped)
    return printable(f"{line}; left out: {left_out}" if left_out else line)


def faults_worst_first(record: AuditRecord) -> list[Finding]:
    """Faults that count: the record's worst gaps first, then by severity, then by practice."""
    first = {gap.finding: rank for rank, gap in enumerate(record.worst)}
    found = (f for verdict in verdicts(record) for f in verdict.findings if f.counts)
    return sorted(found, key=lambda f: (first.get(f, len(first)), -f.severity, not f.requirement))


def split(
    findings: Iterable[Finding],
) -> tuple[list[Finding], list[Finding], list[Finding], list[Finding]]:
    """Findings as four lists: faults, waived faults, unknown points, what was met."""
    faults: list[Finding] = []
    waived: list[Finding] = []
    unknown: list[Finding] = []
    met: list[Finding] = []
    for finding in findings:
        if finding.outcome is Outcome.FAULT:
            (faults if finding.counts else waived).append(finding)
        elif finding.outcome is Outcome.MET:
            met.append(finding)
        else:
            unknown.append(finding)
    return faults, waived, unknown, met


def folder(repository: RepositoryRecord, options: Options) -> str:
    """Path of a repository from `options.root`, without slashes at its ends.

    An empty string when it is the root itself or does not lie under it.
    """
    from pathlib import PurePosixPath

    path = PurePosixPath(repository.path.replace("\\", "/"))
    if path.is_absolute():
        if not options.root or not path.is_relative_to(options.root):
            return ""
        path = path.relative_to(options.root)
    parts = [part for part in path.parts if part != "."]
    return "" if ".." in parts else "/".join(parts)


def path_from_root(place: Place, record: AuditRecord, options: Options) -> str:
    """Path of a place's file from `options.root`, as CI systems name files."""
    owner = next((r for r in record.repositories if r.name == place.repository), None)
    prefix = folder(owner, options) if owner else ""
    return f"{prefix}/{place.path}" if prefix else place.path
