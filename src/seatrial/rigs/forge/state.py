"""What the stand-in remembers."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from seatrial.model.struct import field, struct

LEVELS = {"": 0, "read": 1, "write": 2}


@struct(frozen=False)
class Token:
    """A token and what it may do.

    Attributes:
        login: whose it is.
        permissions: `read` or `write` by the name of a permission (`administration`, `secrets`).
        owner: whether it belongs to an owner, who is shown the plan.
        sees: whether it sees private repositories.
    """

    login: str = "dev"
    permissions: dict[str, str] = field(default_factory=dict)
    owner: bool = True
    sees: bool = True

    def may(self, permission: str, level: str) -> bool:
        """Whether it has a permission at a level or above."""
        return LEVELS[self.permissions.get(permission, "")] >= LEVELS[level]


@struct(frozen=False)
class Pattern:
    """A branch or tag that may deploy."""

    id: int
    name: str
    type: str = "branch"


@struct(frozen=False)
class Environment:
    """An environment.

    Attributes:
        reviewers: `User` or `Team` with its number.
        policy: None, `protected` or `custom`.
    """

    id: int
    name: str
    wait_timer: int = 0
    reviewers: list[tuple[str, int]] = field(default_factory=list)
    prevent_self_review: bool = False
    policy: str | None = None
    patterns: list[Pattern] = field(default_factory=list)
    admins_bypass: bool = True
    secrets: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)


@struct(frozen=False)
class Ruleset:
    """A ruleset; `body` is what was sent, with the defaults that GitHub adds."""

    id: int
    body: dict[str, object]
    source: str = "Repository"


@struct(frozen=False)
class Repo:
    """A repository.

    Attributes:
        protection: answer of the older branch protection, or None.
        secrets: when each was changed, by name; sealed values in `sealed`.
        pulls: pull requests in the order of their numbers.
        organisation_locks_actions: whether the organisation forbids to change Actions' settings.
        keeps_bypass: False stands for a server that ignores `can_admins_bypass`.
    """

    owner: str
    name: str
    private: bool = False
    default_branch: str = "main"
    environments: dict[str, Environment] = field(default_factory=dict)
    rulesets: list[Ruleset] = field(default_factory=list)
    protection: dict[str, object] | None = None
    secrets: dict[str, str] = field(default_factory=dict)
    sealed: dict[str, str] = field(default_factory=dict)
    pulls: list[dict[str, object]] = field(default_factory=list)
    alerts: list[dict[str, object]] = field(default_factory=list)
    analyses: list[dict[str, object]] = field(default_factory=list)
    actions: dict[str, object] = field(
        default_factory=lambda: {
            "enabled": True,
            "allowed_actions": "all",
            "sha_pinning_required": False,
        }
    )
    workflow: dict[str, object] = field(
        default_factory=lambda: {
            "default_workflow_permissions": "write",
            "can_approve_pull_request_reviews": True,
        }
    )
    organisation_locks_actions: bool = False
    keeps_bypass: bool = True

    @property
    def slug(self) -> str:
        """`owner/name`."""
        return f"{self.owner}/{self.name}"


@struct(frozen=False)
class World:
    """Everything.

    Attributes:
        organisations: plan by the name of the organisation; an owner that is none is a user.
        user_plan: plan of the users.
        tokens: by their text.
        users: number by login. teams: number by `owner/slug`.
    """

    organisations: dict[str, str] = field(default_factory=dict)
    user_plan: str = "free"
    tokens: dict[str, Token] = field(default_factory=dict)
    users: dict[str, int] = field(default_factory=dict)
    teams: dict[str, int] = field(default_factory=dict)
    repos: dict[str, Repo] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1000))

    def add(self, repo: Repo) -> Repo:
        """Put a repository there."""
        self.repos[repo.slug] = repo
        return repo

    def plan(self, repo: Repo) -> str:
        """Plan of the repository's owner."""
        return self.organisations.get(repo.owner, self.user_plan)


@struct
class Fault:
    """Something that goes wrong with one request.

    Attributes:
        at: number of the request, counted from 1 since the last `reset`.
        kind: `cut-before` (the connection breaks, nothing is done), `cut-after` (it is done, and
            the answer is lost), `error` (500, not done), `error-after` (502, done), `secondary` and
            `primary` (rate limits), `slow` (the answer waits).
        seconds: of the wait, or what `Retry-After` says.
        lasts: how many requests in a row it hits.
    """

    at: int
    kind: str
    seconds: float = 0.0
    lasts: int = 1

    def hits(self, number: int) -> bool:
        """Whether it hits this request."""
        return self.at <= number < self.at + self.lasts
