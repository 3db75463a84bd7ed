"""A record with every status, every outcome and hostile strings, for the tests of all reports."""

from datetime import UTC, datetime

from seatrial.model.environment import Environment
from seatrial.model.finding import Confidence, Finding, Outcome, Reach, Severity
from seatrial.model.place import Place
from seatrial.model.practice import Level, Practice
from seatrial.model.record import (
    AuditRecord,
    Gap,
    RepositoryRecord,
    TroubleRecord,
    Verdict,
)
from seatrial.model.struct import replace
from seatrial.model.verdict import Status
from seatrial.report import Doc, Options

HOSTILE = (
    "<script>alert('x')</script> \"quoted\" & | pipes | `ticks` ``` *stars* ::error file=a::b\n"
    "::stop-commands::x\r\n\x1b[31mred\x1b[0m \x00 \udc80 \u202eevil ]]> 100% @someone #12 名前 "
)
"""What a name in a repository may hold: markup, commands, escapes, bad UTF-8, direction marks."""

NAMES = (
    ("environment-protection", Level.CRITICAL, Level.LOW, Level.HIGH),
    ("remote-state", Level.CRITICAL, Level.MEDIUM, Level.HIGH),
    ("automated-testing", Level.CRITICAL, Level.MEDIUM, Level.HIGH),
    ("health-checks", Level.CRITICAL, Level.LOW, Level.HIGH),
    ("secret-rotation", Level.CRITICAL, Level.LOW, Level.CRITICAL),
    ("centralized-logging", Level.HIGH, Level.MEDIUM, Level.HIGH),
    ("monitoring-alerting", Level.HIGH, Level.MEDIUM, Level.HIGH),
    ("database-backups", Level.HIGH, Level.LOW, Level.CRITICAL),
    ("security-scanning", Level.HIGH, Level.LOW, Level.MEDIUM),
    ("rollback", Level.HIGH, Level.LOW, Level.HIGH),
    ("gitops", Level.MEDIUM, Level.HIGH, Level.MEDIUM),
    ("infrastructure-as-code", Level.MEDIUM, Level.MEDIUM, Level.MEDIUM),
    ("cost-monitoring", Level.MEDIUM, Level.LOW, Level.LOW),
    ("rbac", Level.MEDIUM, Level.MEDIUM, Level.MEDIUM),
    ("disaster-recovery", Level.MEDIUM, Level.LOW, Level.HIGH),
    ("service-mesh", Level.LOW, Level.HIGH, Level.LOW),
    ("canary", Level.LOW, Level.HIGH, Level.LOW),
    ("performance-testing", Level.LOW, Level.MEDIUM, Level.LOW),
    ("multi-region", Level.LOW, Level.VERY_HIGH, Level.MEDIUM),
    ("developer-experience", Level.LOW, Level.MEDIUM, Level.LOW),
)

ENVIRONMENTS = (
    Environment("dev", "dev", (Place("shop", "helm/values-dev.yaml"),)),
    Environment("staging", "staging", (Place("shop", "helm/values-staging.yaml"),)),
    Environment("production", "production", (Place("shop-infra", "production.tfvars"),)),
)


def practice(number: int) -> Practice:
    """One of the twenty."""
    name, priority, effort, impact = NAMES[number - 1]
    title = name.replace("-", " ").capitalize()
    return Practice(number, name, title, priority, effort, impact)


def finding(rule: str, message: str, place: Place | None, **changes: object) -> Finding:
    """A fault of high severity; `changes` replaces its fields."""
    made = Finding(
        rule=rule,
        outcome=Outcome.FAULT,
        severity=Severity.HIGH,
        confidence=Confidence.HIGH,
        message=message,
        place=place,
        environments=(),
        requirement=False,
        fix="apply",
        fingerprint="0" * 16,
    )
    return replace(made, **changes)


NO_BACKUP = finding(
    "database-backups/no-schedule",
    "Nothing takes backups of PostgreSQL `shop-db`: no CronJob, no operator, no managed database",
    Place("shop", "helm/shop/templates/postgresql.yaml", 12, 3),
    severity=Severity.CRITICAL,
    environments=("staging", "production"),
    requirement=True,
    fingerprint="aaaaaaaaaaaaaaaa",
    related=(Place("shop-infra", "databases.tf", 41), Place("shop", "helm/shop/values.yaml", 88)),
)
STATE = finding(
    "remote-state/state-in-git",
    "terraform.tfstate is tracked in git and holds 14 sensitive attributes",
    Place("shop-infra", "terraform.tfstate.d/production/terraform.tfstate"),
    severity=Severity.CRITICAL,
    requirement=True,
    fix="state migrate",
    fingerprint="bbbbbbbbbbbbbbbb",
)
UNGATED = finding(
    "automated-testing/not-a-gate",
    "The production deploy of deploy.yml runs on every push to main without waiting for the job "
    "`test` of ci.yml, which also may fail without consequence",
    Place("shop", ".github/workflows/deploy.yml", 31, 5),
    environments=("production",),
    requirement=True,
    fix="manual",
    confidence=Confidence.MEDIUM,
    fingerprint="cccccccccccccccc",
)
WAIVED = finding(
    "health-checks/same-probe",
    "Liveness and readiness of `worker` ask the same route",
    Place("shop", "helm/shop/templates/worker.yaml", 40),
    severity=Severity.MEDIUM,
    waiver="the worker has one dependency only; owner platform, until 2027-03-01",
    fingerprint="dddddddddddddddd",
)
UNSEEN = finding(
    "environment-protection/required-reviewers",
    "cannot see whether the environment production asks for reviewers",
    Place("shop", ".github/workflows/deploy.yml", 14),
    outcome=Outcome.UNKNOWN,
    reach=Reach.API,
    credential="GITHUB_TOKEN with read access to environments",
    environments=("production",),
    fingerprint="eeeeeeeeeeeeeeee",
)
BROKEN = finding(
    "rbac/cluster-admin",
    "the chart platform does not render, so its roles are unknown",
    None,
    outcome=Outcome.UNKNOWN,
    reach=Reach.BROKEN,
    credential="a chart that renders",
    fingerprint="ffffffffffffffff",
)
MET = finding(
    "health-checks/probes",
    "api has startup, readiness and liveness probes that the application answers",
    Place("shop", "helm/shop/templates/api.yaml", 44),
    outcome=Outcome.MET,
    fingerprint="1111111111111111",
)
EVIL = finding(
    "infrastructure-as-code/manual-command",
    HOSTILE + "x" * 700,
    Place("shop", "scripts/<b>\n::error::,|`.sh", 7, 1),
    severity=Severity.LOW,
    fix="manual",
    environments=("dev",),
    fingerprint="2222222222222222",
)
PLACELESS = finding(
    "multi-region/one-region",
    "Every cluster stands in one region",
    None,
    severity=Severity.INFO,
    fix="manual",
    fingerprint="3333333333333333",
)

_STATUS = {
    1: (Status.UNKNOWN, Status.UNKNOWN, Status.UNKNOWN, Status.UNKNOWN),
    3: (Status.PARTIAL, Status.PRESENT, Status.PRESENT, Status.PARTIAL),
    4: (Status.PROVEN, Status.PROVEN, Status.PROVEN, Status.PROVEN),
    8: (Status.ABSENT, Status.NOT_APPLICABLE, Status.ABSENT, Status.ABSENT),
    9: (Status.PRESENT, Status.PRESENT, Status.PRESENT, Status.PRESENT),
    12: (Status.PARTIAL, Status.ABSENT, Status.PRESENT, Status.PRESENT),
    14: (Status.UNKNOWN, Status.UNKNOWN, Status.UNKNOWN, Status.UNKNOWN),
    19: (Status.NOT_APPLICABLE,) * 4,
}
_FINDINGS = {
    1: (UNSEEN,),
    2: (STATE,),
    3: (UNGATED,),
    4: (WAIVED, MET),
    8: (NO_BACKUP,),
    12: (EVIL,),
    14: (BROKEN,),
    16: (PLACELESS,),
}
_SUMMARIES = {
    1: "cannot see whether the environment production asks for reviewers",
    9: "in place",
    12: HOSTILE,
    19: "no database and no public entry that a second region would take over",
}


def verdict(number: int) -> Verdict:
    """What is said of a practice in the sample."""
    whole, *parts = _STATUS.get(number, (Status.ABSENT,) * 4)
    findings = _FINDINGS.get(number, ())
    summary = _SUMMARIES.get(number) or (findings[0].message if findings else "nothing was found")
    names = (e.name for e in ENVIRONMENTS)
    pairs = tuple(zip(names, parts, strict=True))
    return Verdict(practice(number), whole, pairs, summary, findings)


def record() -> AuditRecord:
    """Two repositories, three environments, twenty practices, every status."""
    return AuditRecord(
        tool_version="0.1.0",
        at=datetime(2026, 11, 24, 21, 0, tzinfo=UTC),
        repositories=(
            RepositoryRecord(
                "shop", "shop", "app", "1a2b3c4d5e6f70819203", 212, (("binaries", 3),)
            ),
            RepositoryRecord("shop-infra", "shop-infra", "infra", "", 80),
        ),
        environments=ENVIRONMENTS,
        verdicts=tuple(verdict(number) for number in range(1, 21)),
        worst=(
            Gap(practice(8), NO_BACKUP, "seatrial apply 8", "seatrial prove 8"),
            Gap(practice(2), STATE, "seatrial state migrate", "seatrial prove remote-state"),
            Gap(practice(3), UNGATED, "", "seatrial prove automated-testing"),
        ),
        score=37,
        troubles=(
            TroubleRecord(
                Place("shop", "helm/platform/Chart.yaml", 3),
                "did not find expected key while parsing a block mapping",
                "mend the YAML, or leave the chart out under `ignore` in seatrial.yaml",
            ),
            TroubleRecord(None, HOSTILE, HOSTILE),
        ),
        notices=("a waiver of health-checks/same-probe ends in 12 days",),
        baseline_hidden=4,
    )


DOCS = {
    rule: Doc(
        title,
        f"{title}.\n\nWhy: a dump that was never taken cannot be read back.\n"
        "Fix: `seatrial apply database-backups`.",
    )
    for rule, title in (
        ("database-backups/no-schedule", "No backup is taken on a schedule"),
        ("database-backups/never-restored", "Backups are never restored"),
        ("remote-state/state-in-git", "Terraform state is tracked in git"),
        ("infrastructure-as-code/manual-command", "<b>Commands</b> change the cluster | by hand"),
    )
}
OPTIONS = Options(docs=DOCS, docs_url="https://docs.example/practices")


def clean_record() -> AuditRecord:
    """One repository, no environment, one practice in place, nothing wrong."""
    whole = record()
    verdict_present = Verdict(
        practice(9), Status.PRESENT, (("", Status.PRESENT),), "in place", (MET,)
    )
    return replace(
        whole,
        repositories=whole.repositories[:1],
        environments=(),
        verdicts=(verdict_present,),
        worst=(),
        score=100,
        troubles=(),
        notices=(),
        baseline_hidden=0,
    )
