"""What can be changed at GitHub, as data: what was there, and what shall be; no request here.

`UNSET` is not None: a field that nobody spoke of is never compared and never reset. GitHub's PUT
resets what it is not told, so `writes` sends the merged whole.
"""

from __future__ import annotations

from typing import ClassVar, Final, TypeVar

from seatrial.model.struct import struct
from seatrial.systems.github.branch_facts import BranchGuard, Ruleset
from seatrial.systems.github.facts import (
    ActionsPermissions,
    BranchRules,
    EnvironmentRules,
)

T = TypeVar("T")
Lines = tuple[tuple[str, str], ...]


@struct
class Unset:
    """Says that a field is nobody's business."""


UNSET: Final = Unset()
RULESET_NAME: Final = "seatrial: reviewed default branch"
"""The ruleset that seatrial keeps; those of others are never touched."""


@struct
class ProtectEnvironment:
    """An environment shall be there with these rules.

    Attributes:
        repository: `owner/name`.
        before: the rules when the plan was made; None when it did not exist.
        wait_minutes: minutes between approval and start, 0 to 43,200.
        reviewers: logins, and teams as `owner/team`; six at most.
    """

    repository: str
    environment: str
    before: EnvironmentRules | None
    wait_minutes: int | Unset = UNSET
    reviewers: tuple[str, ...] | Unset = UNSET
    prevent_self_review: bool | Unset = UNSET
    branches: BranchRules | Unset = UNSET
    admins_bypass: bool | Unset = UNSET

    system: ClassVar[str] = "github"

    @property
    def target(self) -> str:
        """The environment, as its users name it."""
        return f"{self.repository} environment {self.environment}"

    def lines(self) -> Lines:
        """Each rule that differs."""
        old = self.before or EnvironmentRules(self.environment)
        bypass = True if old.admins_bypass is None else old.admins_bypass
        names = tuple(r.name for r in old.reviewers)
        pairs = (
            ("wait timer in minutes", old.wait_minutes, self.wait_minutes),
            ("reviewers", names, self.reviewers),
            ("prevent self-review", old.prevent_self_review, self.prevent_self_review),
            ("branches", old.branches, self.branches),
            ("administrators bypass", bypass, self.admins_bypass),
        )
        made = () if self.before else (("+", f"environment: {self.environment}"),)
        sign = "~" if self.before else "+"
        differing = ((sign, _told(name, a, b)) for name, a, b in pairs if differs(a, b))
        return (*made, *differing)


@struct
class RemoveEnvironment:
    """An environment that seatrial made shall be gone again: the undo of making it."""

    repository: str
    environment: str

    system: ClassVar[str] = "github"

    @property
    def target(self) -> str:
        """The environment, as its users name it."""
        return f"{self.repository} environment {self.environment}"

    def lines(self) -> Lines:
        """That it goes."""
        return (("-", f"environment: {self.environment}"),)


@struct
class ProtectBranch:
    """The default branch shall be guarded by the ruleset that seatrial keeps.

    Rules of that ruleset that are stricter, and those that nobody spoke of, stay as they are.

    Attributes:
        before: seatrial's ruleset when the plan was made; None when it did not exist.
        guard: what was in force then, whoever said so; only for the plan's reader.
        approvals: approvals of a pull request, 0 to 10.
        checks: checks that must pass, by the name that a pull request shows.
        deploy_keys_bypass: whether deploy keys may push past it (the only way for a pipeline of a
            user's repository: its own token can never be let through).
    """

    repository: str
    before: Ruleset | None
    guard: BranchGuard
    approvals: int | Unset = UNSET
    last_push: bool | Unset = UNSET
    code_owners: bool | Unset = UNSET
    checks: tuple[str, ...] | Unset = UNSET
    no_force_push: bool | Unset = UNSET
    no_deletion: bool | Unset = UNSET
    deploy_keys_bypass: bool | Unset = UNSET

    system: ClassVar[str] = "github"

    @property
    def target(self) -> str:
        """The ruleset, as its users name it."""
        return f"{self.repository} ruleset {RULESET_NAME}"

    def lines(self) -> Lines:
        """Each rule that is not in force yet."""
        now = self.guard
        passing = (self.before.bypass if self.before else None) or ()
        keys = any(actor.kind == "DeployKey" for actor in passing)
        pairs = (
            ("approvals of a pull request", now.approvals, self.approvals),
            ("approval of the last push", now.last_push, self.last_push),
            ("review by code owners", now.code_owners, self.code_owners),
            ("required checks", now.checks, self.checks),
            ("no force push", now.no_force_push, self.no_force_push),
            ("no deletion", now.no_deletion, self.no_deletion),
            ("deploy keys may push", keys, self.deploy_keys_bypass),
        )
        made = () if self.before else (("+", f"ruleset: {RULESET_NAME}"),)
        sign = "~" if self.before else "+"
        differing = ((sign, _told(name, a, b)) for name, a, b in pairs if differs(a, b))
        return (*made, *differing)


@struct
class RestoreRuleset:
    """A ruleset shall be as it was, or gone where it was not: the undo of `ProtectBranch`.

    Attributes:
        ruleset: what it was; None removes the one that seatrial made.
    """

    repository: str
    ruleset: Ruleset | None

    system: ClassVar[str] = "github"

    @property
    def target(self) -> str:
        """The ruleset, as its users name it."""
        return f"{self.repository} ruleset {RULESET_NAME}"

    def lines(self) -> Lines:
        """That it goes, or goes back."""
        if self.ruleset is None:
            return (("-", f"ruleset: {RULESET_NAME}"),)
        return (("~", f"ruleset: {RULESET_NAME}, as it was"),)


@struct
class LimitActions:
    """What workflows may do unless they say otherwise.

    Attributes:
        default_token: `read` or `write`.
        approves: whether workflows may create and approve pull requests.
        pinned: whether every action must be named by a full commit.
    """

    repository: str
    before: ActionsPermissions
    default_token: str | Unset = UNSET
    approves: bool | Unset = UNSET
    pinned: bool | Unset = UNSET

    system: ClassVar[str] = "github"

    @property
    def target(self) -> str:
        """The settings, as their users name them."""
        return f"{self.repository} settings of Actions"

    def lines(self) -> Lines:
        """Each setting that differs."""
        old = self.before
        pairs = (
            ("default permissions of the token", old.default_token, self.default_token),
            ("may create and approve pull requests", old.approves, self.approves),
            ("actions named by commit only", old.pinned, self.pinned),
        )
        return tuple(("~", _told(name, a, b)) for name, a, b in pairs if differs(a, b))


GitHubChange = (
    ProtectEnvironment | RemoveEnvironment | ProtectBranch | RestoreRuleset | LimitActions
)


def differs(old: object, new: object) -> bool:
    """Whether a field is spoken of and not so yet; the order of names does not count."""
    if isinstance(new, Unset):
        return False
    if isinstance(old, tuple) and isinstance(new, tuple):
        return {str(x).casefold() for x in old} != {str(x).casefold() for x in new}
    if isinstance(old, BranchRules) and isinstance(new, BranchRules):
        return old.kind != new.kind or set(old.patterns) != set(new.patterns)
    return old != new


def chosen(new: T | Unset, old: T) -> T:
    """What to send: the new value, or the old one where nobody spoke of it."""
    return old if isinstance(new, Unset) else new


def _told(name: str, old: object, new: object) -> str:
    before, after = _word(old), _word(new)
    return f"{name}: {after}" if before in {"no", "0", "nobody"} else f"{name}: {before} -> {after}"


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, BranchRules):
        words = {"all": "every branch", "protected": "protected branches"}
        return words.get(value.kind, ", ".join(value.patterns) or "no branch")
    if isinstance(value, tuple):
        return ", ".join(str(item) for item in value) or "nobody"
    return str(value)
