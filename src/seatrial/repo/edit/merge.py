"""Three-way merge of a generated file: what was generated before, what is there, what comes."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from typing import Final

from seatrial.repo.edit.error import EditError

DEADLINE: Final = 20
"""Seconds that git gets; a merge of one file takes milliseconds."""


def merge3(base: str, ours: str, theirs: str) -> tuple[str, bool]:
    """Merge two descendants of a text.

    Args:
        base: what both come from.
        ours: what stands in the work tree.
        theirs: what is to be written now.

    Returns:
        The merged text, with conflict markers where both changed the same lines, and whether there
        are any.

    Raises:
        EditError: git is not there or gave up.
    """
    if ours in {theirs, base}:
        return theirs, False
    if theirs == base:
        return ours, False
    with tempfile.TemporaryDirectory(prefix="seatrial-merge-") as folder:
        names = {"yours": ours, "before": base, "seatrial": theirs}
        for name, text in names.items():
            Path(folder, name).write_bytes(text.encode("utf-8", "surrogateescape"))
        return _run(folder, list(names))


def _run(folder: str, names: list[str]) -> tuple[str, bool]:
    labels = [part for name in names for part in ("-L", name)]
    command = ["git", "merge-file", "-p", "--diff3", *labels, *names]
    try:
        done = subprocess.run(  # noqa: PLW1510 - the code counts conflicts
            command, cwd=folder, capture_output=True, timeout=DEADLINE
        )
    except (OSError, subprocess.TimeoutExpired) as reason:
        raise EditError(f"git merge-file could not run: {reason}", hint="install git") from None
    if not 0 <= done.returncode <= _MOST:
        problem = done.stderr.decode(errors="replace").strip()
        raise EditError(f"git merge-file gave up: {problem or done.returncode}")
    return done.stdout.decode("utf-8", "surrogateescape"), done.returncode > 0


_MOST: Final = 127
"""Conflicts that the exit code can count; above stand errors."""
