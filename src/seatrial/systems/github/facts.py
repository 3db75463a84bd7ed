"""What only GitHub's API can show."""

from seatrial.model.fact import FactKey

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
