"""Documents that say how this system is brought back, and what they hold."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from typing import Final

from seatrial.kit.platform.live import is_aside
from seatrial.kit.site import Site, once
from seatrial.model.struct import struct
from seatrial.repo.commands.shell import Command
from seatrial.repo.docs.markdown import Block, Document


class Scenario(enum.StrEnum):
    """What a runbook is for."""

    CLUSTER = "loss of the cluster"
    DATABASE = "corruption of the database"
    REGION = "outage of a region"
    CREDENTIALS = "leaked credentials"
    DEPLOY = "a bad release"
    STATE = "lost Terraform state"


_NAMES: Final = (
    "runbook", "run-book", "disaster", "recovery", "playbook", "continuity", "failover",
    "incident-response", "contingency", "restore",
)  # fmt: skip
_SECTIONS: Final = (
    "disaster", "recover", "restor", "failover", "fail over", "rebuild", "outage", "corrupt",
    "leak", "compromis", "backup", "lost", "loss of", "bring back",
)  # fmt: skip
_ACTS: Final = ("restore", "failover", "fail-over", "promote", "recover", "switchover", "rollback")
_ACTIONS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("terraform", ("state", "push")),
    ("flux", ("bootstrap",)),
    ("argocd", ("app", "rollback")),
    ("kubectl", ("rollout", "undo")),
    ("seatrial", ("dr",)),
    ("seatrial", ("regions",)),
    ("seatrial", ("secrets", "rotate")),
)
_NOT_FOR_REAL: Final = (
    "local", "anonymi", "developer", "development", "sample", "tutorial for", "seed data",
    "unit test",
)  # fmt: skip
_NO_RUNBOOKS: Final = frozenset(
    "security contributing code_of_conduct code-of-conduct governance maintainers support license"
    " attribution pull_request_template issue_template notice authors upgrading claude"
    " agents".split()
)
_SCENARIO_WORDS: Final[dict[Scenario, tuple[str, str]]] = {
    Scenario.CLUSTER: ("cluster", "loss lost rebuild recreate destroy down new-cluster"),
    Scenario.DATABASE: (
        "database postgres mysql mongo data",
        "restor corrupt point-in-time pitr deleted recover",
    ),
    Scenario.REGION: ("region zone datacent site", "outage fail down loss lost"),
    Scenario.CREDENTIALS: ("credential secret token key password", "leak compromis stolen revok"),
    Scenario.DEPLOY: ("deploy release version", "bad rollback roll-back broken failed revert"),
    Scenario.STATE: ("state", "terraform tofu tfstate"),
}
"""What is hit, and what happens to it, as they stand in a heading or file name."""
_LINKED: Final = ("runbook", "Runbook", "disaster", "Disaster", "playbook", "Playbook")
_LONGEST: Final = 200_000
"""Characters of the longest document that is read for links."""
_MONTHS: Final = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_TESTED: Final = (
    "test",
    "drill",
    "rehears",
    "exercis",
    "game day",
    "gameday",
    "last run",
    "verified",
)


@struct(eq=False)
class Runbook:
    """A document that says how to bring something back."""

    document: Document

    @property
    def path(self) -> str:
        """Path of its file."""
        return self.document.file.path

    @property
    def text(self) -> str:
        """Its text in lower case."""
        return self.document.file.text.lower()

    @property
    def commands(self) -> tuple[Command, ...]:
        """Commands of its shell blocks, with lines of the document."""
        return tuple(c for block in self.document.blocks for c in block.commands)

    @property
    def scenarios(self) -> frozenset[Scenario]:
        """What it is for, told by its title, headings and file name."""
        stem = self.path.rpartition("/")[2]
        titles = [_plain(text) for text in (stem, *(h.text for h in self.document.headings))]
        return frozenset(
            scenario
            for scenario, (things, fates) in _SCENARIO_WORDS.items()
            if any(_any_in(things, title) and _any_in(fates, title) for title in titles)
        )

    @property
    def has_owner(self) -> bool:
        """True when somebody is named who answers for it."""
        words = ("owner", "on-call", "on call", "escalat", "responsible", "contact")
        return any(word in self.text for word in words)

    @property
    def has_targets(self) -> bool:
        """True when it says how long it may take and how much may be lost."""
        text = self.text
        rto = "rto" in _words(text) or "recovery time" in text
        rpo = "rpo" in _words(text) or "recovery point" in text
        return rto and rpo

    @property
    def is_drilled(self) -> bool:
        """True when it holds a block that a scheduled drill runs (marked `bash drill`)."""
        return any(
            line.startswith("```") and line.split()[1:] == ["drill"]
            for line in self.document.file.lines
        )

    @property
    def unfinished(self) -> int:
        """Line of the first step that nobody wrote yet; 0 without one."""
        for number, line in enumerate(self.document.file.lines, 1):
            if any(
                word in line for word in ("TODO", "TBD", "FIXME", "fill this in", "Fill this in")
            ):
                return number
        return 0

    def tested(self, now: datetime) -> tuple[date, int] | None:
        """Day and line of the last test that it tells of; None when it tells of none."""
        found: list[tuple[date, int]] = []
        heading = ""
        for number, line in enumerate(self.document.file.lines, 1):
            low = line.lower()
            if low.startswith("#"):
                heading = low
            if any(word in low or word in heading for word in _TESTED):
                found.extend((day, number) for day in dates_in(low) if day <= now.date())
        return max(found, default=None)


@once
def runbooks(site: Site[object]) -> tuple[Runbook, ...]:
    """Documents with commands or targets for bringing this system back."""
    return tuple(Runbook(d) for d in site.repo.documents if _is_runbook(d))


def _is_runbook(document: Document) -> bool:
    path = document.file.path.lower()
    stem = path.rpartition("/")[2].partition(".")[0]
    folders = set(path.split("/")[:-1])
    if stem in _NO_RUNBOOKS or ".github" in folders or is_aside(_undocumented(path)):
        return False
    text = document.file.text.lower()
    if not any(word in path or word in text for word in (*_ACTS, *_NAMES)):
        return False
    title = document.headings[0].text.lower() if document.headings else ""
    named = any(word in path or word in title for word in _NAMES)
    if named and not any(word in f"{path} {title}" for word in _NOT_FOR_REAL):
        runbook = Runbook(document)
        return bool(runbook.commands) or runbook.has_targets
    return any(_recovers(block) for block in document.blocks)


def _recovers(block: Block) -> bool:
    above = " / ".join(block.path).lower()
    if not any(word in above for word in _SECTIONS) or any(w in above for w in _NOT_FOR_REAL):
        return False
    return any(brings_back(command) for command in block.commands)


def brings_back(command: Command) -> bool:
    """True for a command that restores, fails over or rebuilds something."""
    if command.program in {"git", "echo", "npm", "yarn", "dotnet", "nuget", "cd", "ls"}:
        return False
    if any(command.starts(program, *words) for program, words in _ACTIONS):
        return True
    words = (command.program, *command.words[:5])
    return any(act in word.lower() for word in words for act in _ACTS)


def links_elsewhere(site: Site[object]) -> Iterator[tuple[Document, int, str]]:
    """Links from documents to runbooks on another site: (document, line, address)."""
    for document in site.repo.documents:
        text = document.file.text
        if len(text) > _LONGEST or not any(word in text for word in _LINKED):
            continue
        for number, line in enumerate(document.file.lines, 1):
            for part in line.split("](http")[1:] if "](http" in line else ():
                address = "http" + part.partition(")")[0]
                label = line.partition("](" + address)[0].rpartition("[")[2]
                low = f"{label} {address}".lower()
                if any(word.lower() in low for word in _LINKED):
                    yield document, number, address


def dates_in(text: str) -> list[date]:
    """Days written in a lower-case line: `2026-11-03`, `3 november 2026`, `nov 3, 2026`."""
    found: list[date] = []
    for match in _pattern().finditer(text):
        year, month, day = match.group("y"), match.group("m"), match.group("d")
        if year is None:
            word = match.group("w1") or match.group("w2")
            month = str(_MONTHS.index(word[:3]) + 1)
            day = match.group("d1") or match.group("d2")
            year = match.group("y1") or match.group("y2")
        try:
            found.append(date(int(year), int(month), int(day)))
        except ValueError:
            continue
    return found


@cache
def _pattern() -> re.Pattern[str]:
    months = "|".join(_MONTHS)
    return re.compile(
        r"(?P<y>20\d\d)-(?P<m>\d\d)-(?P<d>\d\d)"
        rf"|(?P<d1>\d{{1,2}})\.? (?P<w1>(?:{months})[a-z]*),? (?P<y1>20\d\d)"
        rf"|(?P<w2>(?:{months})[a-z]*) (?P<d2>\d{{1,2}}),? (?P<y2>20\d\d)"
    )


def _words(text: str) -> set[str]:
    return set(text.replace("/", " ").replace("|", " ").replace("*", " ").replace(":", " ").split())


def _undocumented(path: str) -> str:
    # Runbooks stand in folders of documents; those of examples and tests are none.
    return "/".join(part for part in path.split("/") if part not in {"doc", "docs"})


def _plain(text: str) -> str:
    return text.lower().replace("-", " ").replace("_", " ")


def _any_in(words: str, text: str) -> bool:
    return any(word.replace("-", " ") in text for word in words.split())
