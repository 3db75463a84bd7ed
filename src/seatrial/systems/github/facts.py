"""What only GitHub's API can show: keys, and the data that a known fact carries."""

from __future__ import annotations

from typing import Final

from seatrial.model.fact import FactKey
from seatrial.model.struct import struct

_ADMINISTRATION = "GITHUB_TOKEN with administration:read on the repository"

ENVIRONMENTS = FactKey(
    "github.environments",
    "the reviewers, wait timer, self-review and branch rules of the GitHub environments",
    _ADMINISTRATION,
)
RULESETS = FactKey(
    "github.rulesets",
    "the rulesets and protection of the main branch (approvals, force push, bypass)",
    _ADMINISTRATION,
)
REQUIRED_CHECKS = FactKey(
    "github.required_checks", "which checks are required before a merge", _ADMINISTRATION
)
SECRET_AGES = FactKey(
    "github.secret_ages",
    "which secrets live on the repository or an environment, and when each was last changed",
    "GITHUB_TOKEN with secrets:read on the repository",
)
CODE_SCANNING = FactKey(
    "github.code_scanning",
    "whether results arrive in the Security tab and which alerts are open",
    "GITHUB_TOKEN with security_events:read on the repository",
)

ACTIONS = FactKey(
    "github.actions", "what workflows may do unless they say otherwise", _ADMINISTRATION
)

MOST_REVIEWERS: Final = 6
"""Reviewers that an environment takes."""
GATED_PLANS: Final = frozenset({"free", "pro", "team"})
"""Plans whose private repositories get no reviewers, wait timer or bypass switch."""


@struct
class Hosted:
    """What was read of one of the audited repositories.

    Attributes:
        root: name of the root whose `origin` it is.
        slug: `owner/name` at GitHub.
        value: what the fact carries, see each key; None when it could not be read.
        reason: why it could not be read; empty when it was.
    """

    root: str
    slug: str
    value: object
    reason: str = ""


@struct
class ActionsPermissions:
    """What workflows of a repository may do unless they say otherwise.

    Attributes:
        allowed: `all`, `local_only` or `selected`; empty when Actions are off.
        default_token: `read` or `write`.
        approves: whether workflows may create and approve pull requests.
        pinned: whether every action must be named by a full commit.
    """

    enabled: bool
    allowed: str
    default_token: str
    approves: bool
    pinned: bool


@struct
class Repository:
    """A repository and who owns it.

    Attributes:
        private: True for private and internal ones.
        organisation: True when an organisation owns it; only there are teams.
        plan: `free`, `pro`, `team`, `enterprise`, ...; empty when GitHub did not show it.
        administers: whether the token belongs to an administrator.
    """

    slug: str
    default_branch: str
    private: bool
    organisation: bool
    plan: str
    administers: bool

    @property
    def takes_environments(self) -> bool | None:
        """Whether the plan has environments at all; None when the plan is not known."""
        if not self.private:
            return True
        return self.plan != "free" if self.plan else None

    @property
    def takes_reviewers(self) -> bool | None:
        """Whether the plan has reviewers, wait timer and bypass switch; None: not known."""
        if not self.private:
            return True
        return self.plan not in GATED_PLANS if self.plan else None


@struct
class Reviewer:
    """Who may approve.

    Attributes:
        name: a login, or `owner/team`.
        id: GitHub's number of the user or team.
    """

    name: str
    id: int

    @property
    def team(self) -> bool:
        """True for a team."""
        return "/" in self.name


@struct
class BranchRules:
    """From where an environment takes deployments.

    Attributes:
        kind: `all`, `protected` (branches that a protection rule covers) or `selected`.
        patterns: of `selected`: names or patterns of branches; a tag has the prefix `tag:`.
    """

    kind: str
    patterns: tuple[str, ...] = ()


@struct
class EnvironmentRules:
    """An environment with every rule.

    Attributes:
        wait_minutes: minutes between approval and start.
        admins_bypass: None when GitHub did not show it.
        custom: names of the rules that GitHub Apps decide.
    """

    name: str
    wait_minutes: int = 0
    reviewers: tuple[Reviewer, ...] = ()
    prevent_self_review: bool = False
    branches: BranchRules = BranchRules("all")
    admins_bypass: bool | None = None
    custom: tuple[str, ...] = ()


@struct
class Environments:
    """Value of `ENVIRONMENTS`, per repository."""

    repository: Repository
    environments: tuple[EnvironmentRules, ...]

    def named(self, name: str) -> EnvironmentRules | None:
        """The environment of this name; GitHub does not tell upper from lower case."""
        wanted = name.casefold()
        return next((e for e in self.environments if e.name.casefold() == wanted), None)


@struct
class StoredSecret:
    """A secret's name; GitHub never shows its value.

    Attributes:
        environment: empty for one of the repository.
        updated: when it was last changed, ISO 8601 in UTC.
    """

    name: str
    environment: str
    updated: str


@struct
class Secrets:
    """Value of `SECRET_AGES`, per repository."""

    secrets: tuple[StoredSecret, ...]


@struct
class Scanning:
    """Value of `CODE_SCANNING`, per repository.

    Attributes:
        tools: that sent results, by name.
        open: open alerts by severity word, sorted.
    """

    tools: tuple[str, ...]
    open: tuple[tuple[str, int], ...]
