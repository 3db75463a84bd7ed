"""Cases are tests as data: a small repository, and what the audit must say of it, as prose.

A case is a folder `src/seatrial/practices/<practice>/cases/<name>/`:

    repo/            one repository (or `app/` and `infra/` for a pair)
    spec.yaml        optional: a `seatrial.yaml`
    facts.json       optional: what live systems showed, by folder and name of the fact
    findings.txt     what must come out, written by `make case C=<practice>/<name> ACCEPT=1`
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import seatrial.practices
from seatrial.engine.audit import judge
from seatrial.engine.load import practices, rules
from seatrial.kit import environments
from seatrial.kit.site import Site
from seatrial.model.fact import Facts, Known
from seatrial.model.finding import Finding
from seatrial.model.record import Verdict
from seatrial.repo.files import Root
from seatrial.repo.repository import Repository
from seatrial.systems.github.branch_facts import RequiredChecks, Rules
from seatrial.systems.github.facts import (
    CODE_SCANNING,
    ENVIRONMENTS,
    REQUIRED_CHECKS,
    RULESETS,
    SECRET_AGES,
    Environments,
    Hosted,
    Scanning,
    Secrets,
)
from seatrial.systems.github.saved import decoded

PRACTICES = Path(seatrial.practices.__path__[0])
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Case:
    """One case folder."""

    folder: Path

    @property
    def practice(self) -> str:
        """Id of the practice that owns the case."""
        return self.folder.parent.parent.name.replace("_", "-")

    @property
    def name(self) -> str:
        """`practice/case`, as `make case C=` takes it."""
        return f"{self.practice}/{self.folder.name}"

    @property
    def golden(self) -> Path:
        """The expected findings."""
        return self.folder / "findings.txt"


def all_cases() -> Iterator[Case]:
    """Every case of every practice, in order."""
    for folder in sorted(PRACTICES.glob("*/cases/*/")):
        yield Case(folder)


def roots_of(case: Case) -> list[Root]:
    """The repositories of a case; git is left out, so that uncommitted cases work."""
    names = [name for name in ("repo", "app", "infra") if (case.folder / name).is_dir()]
    return [Root(case.folder / name, name, git=False) for name in names]


def verdict_of(case: Case) -> Verdict:
    """Audit a case with the practice that owns it."""
    from seatrial.engine.load import select

    (practice,) = select([case.practice])
    loaded = rules(practice)
    repository = Repository(roots_of(case))
    site: Site[object] = Site(
        repository,
        _settings(case, loaded.settings),
        environments.found(repository),
        facts_of(case),
        NOW,
    )
    return judge(loaded, site)


VALUES: dict[str, type] = {
    ENVIRONMENTS.name: Environments,
    RULESETS.name: Rules,
    REQUIRED_CHECKS.name: RequiredChecks,
    SECRET_AGES.name: Secrets,
    CODE_SCANNING.name: Scanning,
}
"""What each fact carries."""


def facts_of(case: Case) -> Facts:
    """The facts that a case stores; most store none."""
    file = case.folder / "facts.json"
    read: dict[str, dict[str, object]] = json.loads(file.read_text()) if file.exists() else {}
    found: dict[str, list[Hosted]] = {}
    for root, facts in read.items():
        for name, value in facts.items():
            hosted = Hosted(root, f"example-org/{root}", decoded(VALUES[name], value))
            found.setdefault(name, []).append(hosted)
    return Facts({name: Known(tuple(members), NOW) for name, members in found.items()})


def _settings(case: Case, kind: type) -> object:
    spec = case.folder / "spec.yaml"
    if not spec.exists():
        return kind()
    from seatrial.engine.load import settings_types
    from seatrial.spec.load import load_spec

    return load_spec(spec, settings_types()).practices.get(case.practice, kind())


def screen(verdict: Verdict) -> str:
    """Print a verdict the way a reviewer wants to read it."""
    lines = [f"status: {verdict.status}"]
    lines += [f"  {name}: {status}" for name, status in verdict.by_environment if name]
    lines += [f"summary: {verdict.summary}", ""]
    lines += [_line(finding) for finding in verdict.findings]
    return "\n".join(lines).rstrip() + "\n"


def _line(finding: Finding) -> str:
    place = f"{finding.place.repository}/{finding.place}" if finding.place else "-"
    where = f" [{', '.join(finding.environments)}]" if finding.environments else ""
    weight = f" {finding.severity.word}" if finding.outcome == "fault" else ""
    text = f"{finding.outcome}{weight} {finding.rule}{where}\n    {place}\n    {finding.message}"
    if finding.reach:
        text += f"\n    ({finding.reach}: {finding.credential})"
    return text + "\n"


__all__ = ["Case", "all_cases", "practices", "screen", "verdict_of"]
