"""What GitHub shows of a branch, as data: rulesets, their rules, and what is in force."""

from __future__ import annotations

from seatrial.model.struct import struct


@struct
class Rule:
    """A rule of a ruleset, or one that is in force on a branch.

    Attributes:
        parameters: JSON text with sorted keys; empty for a rule without parameters.
    """

    type: str
    parameters: str = ""


@struct
class Bypass:
    """Who may step over a ruleset."""

    kind: str
    id: int | None
    mode: str


@struct
class Ruleset:
    """A ruleset with its details.

    Attributes:
        target: `branch`, `tag` or `push`.
        enforcement: `active`, `evaluate` or `disabled`.
        source: `Repository`, `Organization` or `Enterprise`.
        bypass: None when GitHub hid it, which it does from who may not change the ruleset.
        include: refs or patterns, `~DEFAULT_BRANCH` and `~ALL` among them.
    """

    id: int
    name: str
    target: str
    enforcement: str
    source: str
    bypass: tuple[Bypass, ...] | None
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    rules: tuple[Rule, ...]


@struct
class BranchGuard:
    """What is in force on the default branch, whichever ruleset or protection says so.

    Attributes:
        approvals: approvals that a pull request needs; 0 also when none is needed.
        asks_pull_request: whether a change must come by pull request.
        checks: names of the checks that must pass.
        bypass: rulesets that somebody may step over, each with who; None where it was hidden.
    """

    asks_pull_request: bool = False
    approvals: int = 0
    last_push: bool = False
    code_owners: bool = False
    dismisses: bool = False
    checks: tuple[str, ...] = ()
    no_force_push: bool = False
    no_deletion: bool = False
    bypass: tuple[str, ...] | None = ()


@struct
class Rules:
    """Value of `RULESETS`, per repository."""

    branch: str
    rulesets: tuple[Ruleset, ...]
    guard: BranchGuard


@struct
class RequiredChecks:
    """Value of `REQUIRED_CHECKS`, per repository."""

    branch: str
    checks: tuple[str, ...]
