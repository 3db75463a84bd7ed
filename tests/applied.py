"""Both examples as they stand after `seatrial apply`: made here, kept in `examples/applied/`.

`python -m tests.applied --write` renews them. `.seatrial/` is left out: `base/` holds the generated
files once more, `runs/` is of one machine.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from seatrial.engine.survey import AuditRequest
from seatrial.model.plan import Plan
from tests.cases import NOW
from tests.plans import carried_out, committed, planned
from tests.recording import PROJECT

NAMES: Final = ("vmshift", "iac-vmshift")
EXAMPLES: Final = PROJECT / "examples"
APPLIED: Final = EXAMPLES / "applied"
_LITTER: Final = shutil.ignore_patterns("__pycache__", ".pytest*", ".coverage")


def fresh(target: Path) -> tuple[Path, ...]:
    """Committed copies of the two examples."""
    for name in NAMES:
        shutil.copytree(EXAMPLES / name, target / name, ignore=_LITTER)
        committed(target / name)
    return tuple(target / name for name in NAMES)


def request(
    paths: Sequence[Path], practices: Iterable[str] = (), now: datetime = NOW
) -> AuditRequest:
    """What is asked of a pair."""
    return AuditRequest(now=now, paths=tuple(paths), practices=tuple(practices))


def applied(paths: Sequence[Path], practices: Iterable[str] = ()) -> Plan:
    """Apply practices (all when none is named) to a pair; the plan that was carried out."""
    asked = request(paths, practices)
    plan = planned(asked)
    carried_out(asked, plan, paths[0] / ".seatrial/runs")
    return plan


def files(folder: Path) -> dict[str, bytes]:
    """Every file of a repository by path, without git's, seatrial's, caches and local states."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and path.suffix not in {".tfstate", ".coverage"}
        and not {".git", ".seatrial", "__pycache__", ".pytest_cache"}
        & set(path.relative_to(folder).parts)
    }


def main() -> None:
    """Renew `examples/applied/`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", required=True, help="renew the files")
    parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        paths = fresh(Path(folder))
        applied(paths)
        for path in paths:
            target = APPLIED / path.name
            shutil.rmtree(target, ignore_errors=True)
            for name, data in files(path).items():
                file = target / name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(data)
                shutil.copymode(path / name, file)


if __name__ == "__main__":
    main()
