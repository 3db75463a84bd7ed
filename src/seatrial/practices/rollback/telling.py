"""Who is told when a release fails, how long a way back may take, and what migrations allow."""

from __future__ import annotations

from typing import Final

from seatrial.kit.delivery.releases import Release
from seatrial.kit.delivery.verification import later_jobs
from seatrial.kit.platform.installs import installed
from seatrial.kit.platform.live import is_aside, live_manifests
from seatrial.kit.site import Site, once
from seatrial.model.place import Place
from seatrial.practices.rollback.returns import after_failure
from seatrial.repo.workflows import Job, Step

_ACTIONS: Final = (
    "slackapi/slack-github-action",
    "8398a7/action-slack",
    "rtcamp/action-slack-notify",
    "ravsamhq/notify-slack-action",
    "voxmedia/github-action-slack-notify-build",
    "act10ns/slack",
    "slackapi/",
    "skitionek/notify-microsoft-teams",
    "jdcargile/ms-teams-notification",
    "aliencube/microsoft-teams-actions",
    "sarisia/actions-status-discord",
    "ilshidur/action-discord",
    "appleboy/discord-action",
    "appleboy/telegram-action",
    "dawidd6/action-send-mail",
    "pagerduty/",
    "opsgenie/",
    "lowlighter/",
)
ARCHIVED: Final = {"8398a7/action-slack": "slackapi/slack-github-action"}
_CHANNELS: Final = (
    "hooks.slack.com",
    "slack_webhook",
    "webhook_url",
    "discord",
    "pagerduty",
    "opsgenie",
)
_CHANNELS_MORE: Final = ("office.com/webhook", "sns publish", "telegram")


def tells_failure(site: Site[object], release: Release) -> Place | None:
    """Place of a message that goes out when a release fails, or None."""
    own = ((release.job, step) for step in release.job.all_steps)
    later = ((job, step) for job in later_jobs(site, release) for step in job.all_steps)
    for job, step in (*own, *later):
        if _is_message(step) and _on_failure(job, step):
            return step.place
    return None


def tells_by_controller(site: Site[object]) -> Place | None:
    """Place of a subscription of Argo CD, Flux or Flagger that tells of failures, or None."""
    for manifest in live_manifests(site):
        if any(
            key.startswith("notifications.argoproj.io/subscribe")
            and ("failed" in key or "degraded" in key)
            for key in manifest.annotations
        ):
            return manifest.place("metadata", "annotations")
        if manifest.kind == "Alert" and "toolkit.fluxcd.io" in manifest.api_version:
            return manifest.place("spec")
        if manifest.kind == "AlertProvider" and manifest.group == "flagger.app":
            return manifest.place("spec")
    for install in installed(site, "flagger", "argo-rollouts"):
        sent = install.get("slack", "url") or install.get("msteams", "url")
        sent = sent or install.get("notifications", "notifiers")
        if sent:
            return sent.place
    return None


def _on_failure(job: Job, step: Step) -> bool:
    if after_failure(job) or after_failure(step):
        return True
    return "always()" in step.condition or "always()" in job.condition


def _is_message(step: Step) -> bool:
    uses = step.uses
    if uses:
        return uses.name.lower().startswith(_ACTIONS)
    run = step.run.lower()
    return any(channel in run for channel in (*_CHANNELS, *_CHANNELS_MORE))


def deadline(release: Release) -> Place | None:
    """Place of a limit on how long a release may take, or None."""
    for act in release.acts:
        if act.command and act.command.flag("--timeout", "--wait-timeout"):
            return act.place
    for step in release.job.all_steps:
        if any(c.flag("--timeout") for c in step.commands):
            return step.place
    if release.job.node.has("timeout-minutes"):
        return release.job.place_of("timeout-minutes")
    return None


@once
def migrations(site: Site[object]) -> tuple[Place, ...]:
    """Schema migrations of the application, the last first."""
    found = [f for f in site.repo.files() if _is_migration(f.path) and not is_aside(f.path)]
    return tuple(f.place() for f in sorted(found, key=lambda f: f.path, reverse=True))


def _is_migration(path: str) -> bool:
    parts = path.lower().split("/")
    name = parts[-1]
    if "migrate" in parts[:-1] and "db" in parts and name.endswith(".rb"):
        return True
    if "versions" in parts[:-1] and name.endswith(".py"):
        return any(p in {"migrations", "alembic"} for p in parts)
    if parts[-2:-1] == ["migrations"] and name[:4].isdigit():
        return name.endswith((".py", ".sql", ".ts", ".js"))
    if "migrations" in parts[:-1] or "migration" in parts[:-1]:
        return name.endswith(".sql")
    return False


_LINTER_PACKAGES: Final = frozenset(
    "strong_migrations online_migrations safe-pg-migrations django-migration-linter squawk-cli"
    " pgroll zero_downtime_migrations squawk eugene".split()
)
_LINTERS: Final = ("squawk", "lintmigrations", "atlas migrate lint", "eugene lint", "pgroll")


def migration_check(site: Site[object]) -> Place | None:
    """Place of something that refuses migrations which the old version cannot run on, or None."""
    for dependency in site.repo.dependencies:
        if dependency.name.lower() in _LINTER_PACKAGES:
            return dependency.place
    for root in site.repo.roots:
        hooks = root.files.get(".pre-commit-config.yaml")
        if hooks and "squawk" in hooks.text:
            return hooks.place(hooks.line_of("squawk"))
    for workflow in site.repo.workflows:
        for job in workflow.jobs:
            for step in job.all_steps if not job.is_off else ():
                name = step.uses.name if step.uses else ""
                if any(w in step.run for w in _LINTERS) or "squawk" in name:
                    return step.place
    return None
