"""Plans on copies of cases: what tests of every practice's plan share."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from seatrial.engine.apply import Wish, apply
from seatrial.engine.load import select
from seatrial.engine.planning import make_plan, planner
from seatrial.engine.survey import AuditRequest, survey
from seatrial.engine.watch import Silent
from seatrial.model.finding import Finding, Outcome, Severity
from seatrial.model.plan import Plan
from seatrial.model.record import Verdict
from tests.cases import NOW, Case


def planned_practices() -> list[str]:
    """Ids of the practices that can plan."""
    return [practice.id for practice in select(()) if planner(practice) is not None]


def copy_of(case: Case, target: Path) -> AuditRequest:
    """A committed copy of a case and the request that plans its practice on it."""
    names = [name for name in ("repo", "app", "infra") if (case.folder / name).is_dir()]
    spec = case.folder / "spec.yaml"
    for name in names:
        shutil.copytree(case.folder / name, target / name)
        committed(target / name)
    return AuditRequest(
        now=NOW,
        paths=tuple(target / name for name in names),
        practices=(case.practice,),
        config=spec if spec.exists() else None,
        use_spec=spec.exists(),
    )


def committed(folder: Path, *, ignored: bool = True) -> None:
    """Make the folder a repository with one commit of everything; of ignored files on demand."""
    for words in (
        ("init", "-q", "-b", "main"),
        ("add", "-A", *(["-f"] if ignored else [])),
        (
            "-c",
            "user.name=Dev",
            "-c",
            "user.email=dev@example.com",
            "commit",
            "-qm",
            "begin",
            "--allow-empty",
        ),
    ):
        subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True)


def carried_out(request: AuditRequest, plan: Plan, runs: Path) -> None:
    """Apply a plan to the copies that it was made for."""
    homes = dict(zip(plan.repositories, (p.resolve() for p in request.paths), strict=True))
    if not plan.empty:
        apply(plan, Wish(runs, homes), Silent())


def planned(request: AuditRequest) -> Plan:
    """The plan of a request."""
    return make_plan(request, Silent())


def audited(request: AuditRequest) -> Verdict:
    """The verdict on the first practice of a request."""
    return survey(request, Silent()).verdicts[0]


def standing(verdict: Verdict) -> list[Finding]:
    """Faults that keep the practice from being present."""
    return [
        f
        for f in verdict.findings
        if f.outcome is Outcome.FAULT
        and f.counts
        and (f.requirement or f.severity >= Severity.HIGH)
    ]
