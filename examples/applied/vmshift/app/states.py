"""The life of a migration."""

from enum import StrEnum


class Status(StrEnum):
    QUEUED = "queued"
    CONVERTING = "converting"
    VERIFYING = "verifying"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


TRANSITIONS: dict[Status, frozenset[Status]] = {
    Status.QUEUED: frozenset({Status.CONVERTING, Status.CANCELLED, Status.FAILED}),
    Status.CONVERTING: frozenset({Status.VERIFYING, Status.FAILED}),
    Status.VERIFYING: frozenset({Status.COMPLETED, Status.FAILED}),
    Status.COMPLETED: frozenset(),
    Status.FAILED: frozenset(),
    Status.CANCELLED: frozenset(),
}


class InvalidTransition(Exception):
    def __init__(self, current: str, wanted: str) -> None:
        super().__init__(f"cannot go from {current} to {wanted}")


def check_transition(current: str, wanted: Status) -> None:
    if wanted not in TRANSITIONS[Status(current)]:
        raise InvalidTransition(current, wanted)
