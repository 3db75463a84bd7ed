"""Changes by hand in a cloud account or on GitHub: aws, gcloud, az and their like, gh."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from seatrial.kit.byhand.change import Change, made
from seatrial.repo.commands.shell import Command

_AWS_VERBS: Final = (
    "create-",
    "delete-",
    "put-",
    "modify-",
    "attach-",
    "detach-",
    "authorize-",
    "revoke-",
    "run-instances",
    "terminate-",
    "associate-",
    "enable-",
    "register-",
)
_AWS_FINE: Final = (
    "create-deployment",
    "create-invalidation",
    "create-log-stream",
    "create-backup",
    "create-snapshot",
    "create-db-snapshot",
    "create-image",
    "create-tags",
    "create-token",
    "create-change-set",
    "create-stack",
    "delete-stack",
    "delete-message",
    "delete-object",
    "delete-item",
    "put-object",
    "put-item",
    "put-log-events",
    "put-metric-data",
    "put-events",
    "put-image",
    "put-secret-value",
    "put-job-",
    "register-task-definition",
    "terminate-session",
    "create-multipart",
)
_AWS_SERVICES_FINE: Final = frozenset(
    {"sts", "configure", "sso", "s3api-get", "codeartifact", "cloudformation", "logs", "signer"}
)


def aws(command: Command) -> Change | None:
    """Judge an aws command."""
    words = command.words
    if len(words) < 2 or words[0] in _AWS_SERVICES_FINE:  # noqa: PLR2004 (service and operation)
        return None
    if words[0] == "s3" and words[1] in {"mb", "rb"}:
        return made(command, "a bucket in Terraform")
    if words[1].startswith(_AWS_VERBS) and not words[1].startswith(_AWS_FINE):
        return made(command, "a resource in Terraform or CloudFormation")
    return None


_GCLOUD_VERBS: Final = frozenset(
    "create create-auto delete update patch enable disable resize add-iam-policy-binding"
    " remove-iam-policy-binding set-iam-policy set-password set-root-password".split()
)
_GCLOUD_FINE: Final = frozenset(
    "auth config builds info init components source app run functions deploy topic-messages".split()
)
_GCLOUD_PARTS_FINE: Final = frozenset(
    {"releases", "rollouts", "executions", "operations", "versions", "snapshots", "backups"}
)


def gcloud(command: Command) -> Change | None:
    """Judge a gcloud command."""
    words = [w for w in command.words if w not in {"alpha", "beta"}]
    if not words or words[0] in _GCLOUD_FINE or _GCLOUD_PARTS_FINE & set(words):
        return None
    if _GCLOUD_VERBS & set(words[1:5]):
        return made(command, "a resource in Terraform")
    return None


_AZ_FINE: Final = frozenset(
    "login logout account acr webapp containerapp functionapp deployment configure config pipelines"
    " extension staticwebapp bicep artifacts repos boards devops cloud".split()
)
_AZ_VERBS: Final = frozenset({"create", "delete", "update", "set", "add", "remove", "enable"})


def az(command: Command) -> Change | None:
    """Judge an az command."""
    words = command.words
    if not words or words[0] in _AZ_FINE:
        return None
    return made(command, "a resource in Terraform or Bicep") if _AZ_VERBS & set(words) else None


def by_verbs(*verbs: str, twin: str, position: int = 1) -> Callable[[Command], Change | None]:
    """Make a judge of a tool whose changing verbs stand in the first words behind the position."""

    def judge(command: Command) -> Change | None:
        words = command.words[position : position + 3]
        changes = any(w == v or w.endswith("-" + v) for w in words for v in verbs)
        return made(command, twin) if changes else None

    return judge


_GITHUB_SETTINGS: Final = (
    "/environments",
    "/branches/",
    "/rulesets",
    "/protection",
    "/hooks",
    "/collaborators",
    "/teams/",
    "/actions/permissions",
    "/autolinks",
    "/keys",
)


def gh(command: Command) -> Change | None:
    """Judge a gh command: settings of repositories belong into code as well."""
    words = command.words
    if words[:2] in {("secret", "set"), ("variable", "set")}:
        return made(command, "github_actions_* resources, or an OIDC login", light=True)
    if words[:2] == ("repo", "edit"):
        return made(command, "a github_repository resource in Terraform", light=True)
    method = (command.flag("--method", "-X") or "").upper()
    if words[:1] == ("api",) and method in {"PUT", "POST", "PATCH", "DELETE"}:
        path = next((w for w in command.argv if "repos/" in w or "orgs/" in w), "")
        if any(setting in path for setting in _GITHUB_SETTINGS):
            setting = path.partition("?")[0].rstrip("/").rpartition("/")[0] or path
            what = f"gh api {method} {setting[:60]}/..."
            return Change(command, what, "github_* resources in Terraform", light=True)
    return None
