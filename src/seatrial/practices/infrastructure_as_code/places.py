"""Files that nobody's system stands on: trials, examples, playgrounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from seatrial.repo.files import File

_TRIALS: Final = frozenset(
    "test tests testing testdata example examples sample samples fixtures e2e hack local dev spec"
    " .devcontainer sandbox playground tutorial tutorials workshop kind minikube vendor extras"
    " extra contrib optional archive".split()
)


def is_trial(file: File) -> bool:
    """True for a file in a folder for tests, examples or trials on one's own machine."""
    return not _TRIALS.isdisjoint(file.path.lower().split("/")[:-1])
