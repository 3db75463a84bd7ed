"""What a check says: an observation, and the finding that the engine makes of it."""

import enum

from seatrial.model.place import Place
from seatrial.model.struct import struct


class Severity(enum.IntEnum):
    """How much it hurts when nothing is done; ordered, so that thresholds can compare."""

    INFO = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def word(self) -> str:
        """Lower-case name, as reports and flags spell it."""
        return self.name.lower()


class Confidence(enum.IntEnum):
    """How sure the static reading is."""

    LOW = 0
    MEDIUM = 1
    HIGH = 2

    @property
    def word(self) -> str:
        """Lower-case name, as reports spell it."""
        return self.name.lower()


class Outcome(enum.StrEnum):
    """The five things a look can yield; silence is never read as health."""

    FAULT = "fault"
    MET = "met"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not-applicable"


class Reach(enum.StrEnum):
    """For an unknown: why it could not be looked at, which decides what it may do to a verdict."""

    API = "api"
    """Only a live system can show it: listed, but it turns no verdict by itself."""
    ELSEWHERE = "elsewhere"
    """The thing is there, in a place that was not given (another repository, another CI system)."""
    BROKEN = "broken"
    """The file that would show it could not be parsed or rendered."""


@struct
class Observation:
    """What one check saw at one place; made only by the constructors below.

    Attributes:
        environments: names of the environments it speaks of; empty means all of them.
        severity: overrides the severity of the check when not None.
        credential: for an unknown, the credential, path or repository that would show it.
        related: further places that a reader needs to see the point.
    """

    outcome: Outcome
    message: str
    place: Place | None = None
    environments: tuple[str, ...] = ()
    severity: Severity | None = None
    confidence: Confidence | None = None
    reach: Reach | None = None
    credential: str = ""
    related: tuple[Place, ...] = ()


def fault(
    place: Place,
    message: str,
    *,
    environments: tuple[str, ...] = (),
    severity: Severity | None = None,
    confidence: Confidence | None = None,
    related: tuple[Place, ...] = (),
) -> Observation:
    """Say that something is wrong or missing; the place is where a reader would mend it."""
    return Observation(
        Outcome.FAULT, message, place, environments, severity, confidence, related=related
    )


def met(
    place: Place,
    message: str,
    *,
    environments: tuple[str, ...] = (),
    related: tuple[Place, ...] = (),
) -> Observation:
    """Say that a real, active piece of the practice stands at this place."""
    return Observation(Outcome.MET, message, place, environments, related=related)


def unknown(
    message: str,
    *,
    reach: Reach,
    credential: str,
    place: Place | None = None,
    environments: tuple[str, ...] = (),
) -> Observation:
    """Say what could not be looked at, why (`reach`), and what would show it (`credential`)."""
    return Observation(
        Outcome.UNKNOWN, message, place, environments, reach=reach, credential=credential
    )


@struct
class Finding:
    """An observation with the rule that made it; what reports show and waivers match.

    Attributes:
        requirement: True when a fault of this rule alone keeps the practice from being present,
            whatever its severity.
        fix: the verb that mends it: `apply`, an operation's name, or `manual`.
        waiver: reason of the waiver that covers it, or an empty string.
        fingerprint: 16 hex digits that stay the same when lines move.
    """

    rule: str
    outcome: Outcome
    severity: Severity
    confidence: Confidence
    message: str
    place: Place | None
    environments: tuple[str, ...]
    requirement: bool
    fix: str
    reach: Reach | None = None
    credential: str = ""
    related: tuple[Place, ...] = ()
    waiver: str = ""
    fingerprint: str = ""

    @property
    def practice(self) -> str:
        """Id of the practice: the part of the rule before the slash."""
        return self.rule.partition("/")[0]

    @property
    def counts(self) -> bool:
        """True for a fault that nobody waived."""
        return self.outcome is Outcome.FAULT and not self.waiver
