"""The example pair after `apply` of some practices, for tests of what is written."""

from __future__ import annotations

import shutil
from pathlib import Path

from seatrial.engine.survey import AuditRequest
from seatrial.model.plan import Plan
from tests.cases import NOW
from tests.conftest import PROJECT
from tests.plans import carried_out, committed, planned


class Applied:
    """Copies of repositories and what was planned on them."""

    def __init__(self, folder: Path, *practices: str, names: tuple[str, ...] = ()) -> None:
        """Take the repositories in a folder; the example pair when no names are given."""
        if not names:
            names = ("vmshift", "iac-vmshift")
            for name in names:
                shutil.copytree(PROJECT / "examples" / name, folder / name)
        for name in names:
            committed(folder / name)
        paths = tuple(folder / name for name in names)
        self.folder = folder
        self.request = AuditRequest(now=NOW, paths=paths, practices=practices, use_spec=False)
        self.plan: Plan = planned(self.request)

    def carry_out(self) -> Applied:
        """Apply the plan."""
        carried_out(self.request, self.plan, self.folder / "runs")
        return self

    def again(self) -> list[str]:
        """Paths that a second plan would still change."""
        return [change.path for change in planned(self.request).files]

    def text(self, path: str) -> str:
        """A file, its path beginning with the repository's name."""
        return Path(self.folder, path).read_text(encoding="utf-8")
