"""How old the secrets at GitHub are, read live: only names and times, never a value."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from seatrial.kit.delivery.hosted import hosted
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.practices.secret_rotation.settings import Settings
from seatrial.systems.github.facts import SECRET_AGES, Secrets

_DATABASES = frozenset("postgres postgresql mysql mariadb mongo redis database db".split())


@check("secret-rotation/overdue", severity=Severity.HIGH, fix="secrets rotate")
def overdue(site: Site[Settings]) -> Iterator[Observation]:
    """A secret at GitHub is older than its policy allows.

    Why: the older a credential, the more people and logs have seen it.
    Fix: `seatrial secrets rotate` replaces it everywhere and tests the new one first.
    """
    for root, (slug, seen) in hosted(site, SECRET_AGES, Secrets).items():
        for secret in seen.secrets:
            place = _place(site, root, secret.name)
            days, most = _age(secret.updated, site.now), _most(secret.name, site.settings)
            if place and days is not None and days > most:
                where = f"{slug} environment {secret.environment}" if secret.environment else slug
                message = f"{secret.name} of {where} is {days} days old, {most} allowed"
                yield fault(place, message)


def _age(updated: str, now: datetime) -> int | None:
    try:
        changed = datetime.fromisoformat(updated)
    except ValueError:
        return None
    return (now - (changed if changed.tzinfo else changed.replace(tzinfo=UTC))).days


def _most(name: str, settings: Settings) -> int:
    words = name.lower().split("_")
    if any("kubeconfig" in word for word in words):
        return settings.kubeconfig_days
    return settings.token_days if _DATABASES.isdisjoint(words) else settings.database_days


def _place(site: Site[Settings], root: str, name: str) -> Place | None:
    """Where a job of the repository reads the secret, or else its first workflow."""
    first: Place | None = None
    for workflow in site.repo.workflows:
        if workflow.file.root.name != root:
            continue
        first = first or workflow.place
        for job in workflow.jobs:
            for read, place in job.secrets:
                if read == name:
                    return place
    return first
