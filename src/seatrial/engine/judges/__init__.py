"""`seatrial plan --check`: what judges the field looks at what the plan would leave behind.

Each judge is a module with `judge(trial) -> Iterator[Opinion]`; a tool that is not installed, hangs
or breaks is *not run*, never a pass.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from seatrial.engine.judges import alerts, code, kubernetes, terraform, workflows
from seatrial.engine.judges.trial import Judge, Opinion, Result, Trial, lay_out
from seatrial.engine.watch import Watcher
from seatrial.model.plan import Plan

__all__ = ["JUDGES", "Opinion", "Result", "check"]

JUDGES: Final[dict[str, Judge]] = {
    "zizmor": workflows.zizmor,
    "helm": kubernetes.helm,
    "kubernetes-validate": kubernetes.schemas,
    "promtool": alerts.rules,
    "amtool": alerts.routes,
    "terraform fmt": terraform.formatting,
    "terraform validate": terraform.validation,
    "hadolint": code.dockerfiles,
    "shellcheck": code.scripts,
    "compileall": code.python,
}
"""Judges by the name of what they run."""


def check(plan: Plan, homes: dict[str, Path], watcher: Watcher) -> tuple[Opinion, ...]:
    """Lay the plan out in a folder of its own and let every judge look.

    Returns:
        The opinions in the order of `JUDGES`: findings, `clean`, or `not run` with the reason.
    """
    with tempfile.TemporaryDirectory(prefix="seatrial-check-") as folder:
        trial = lay_out(plan, homes, Path(folder))
        names = list(JUDGES)

        def look(number: int) -> Sequence[Opinion]:
            watcher.step(number, len(names), names[number])
            return list(_opinions(names[number], trial))

        with ThreadPoolExecutor(max_workers=4) as pool:
            found = list(pool.map(look, range(len(names))))
    return tuple(opinion for opinions in found for opinion in opinions)


def _opinions(name: str, trial: Trial) -> Iterator[Opinion]:
    seen = False
    try:
        for opinion in JUDGES[name](trial):
            seen = True
            yield opinion
    except Exception as error:  # noqa: BLE001 (a judge that breaks has not judged)
        yield Opinion(name, Result.NOT_RUN, f"broke: {type(error).__name__}")
        return
    if not seen:
        yield Opinion(name, Result.CLEAN, "nothing found")
