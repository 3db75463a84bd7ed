"""Secrets that a releasing job reads from the repository instead of an environment."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.delivery.paths import routes_to
from seatrial.kit.delivery.releases import Release, releases
from seatrial.kit.delivery.targets import targets_of
from seatrial.kit.grouping import named
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault
from seatrial.model.practice import check
from seatrial.practices.environment_protection.settings import Settings
from seatrial.repo.environments import environment_of
from seatrial.repo.workflows import Job

_OWN_TOKEN = {"GITHUB_TOKEN", "github_token"}


@check("environment-protection/repository-secret", severity=Severity.HIGH)
def repository_secret(site: Site[Settings]) -> Iterator[Observation]:
    """A job that releases reads a secret but is bound to no environment.

    Why: such a secret must lie on the repository, where every job of every branch can read it.
    Fix: move it to the environment (`seatrial plan environment-protection` names each one).
    """
    for release in releases(site):
        if release.job.environment:
            continue
        jobs = (release.job, *callers_of(site, release))
        read = [
            (name, place, job)
            for job in jobs
            for name, place in job.secrets
            if name not in _OWN_TOKEN and not job.environment
        ]
        # A caller hands over what the called job reads: told once, at the caller.
        handed = {name for name, _, job in read if job is not release.job}
        read = [r for r in read if r[2] is not release.job or r[0] not in handed]
        telling = [r for r in read if is_credential(r[0], deploys=release.deploys)]
        if telling:
            names = named(name for name, _, _ in (telling if not release.deploys else read))
            ids = list(dict.fromkeys(job.id for _, _, job in telling))
            who = f"job {ids[0]} reads" if len(ids) == 1 else f"jobs {named(ids)} read"
            yield fault(
                telling[0][1],
                f"{who} {names} without an environment, so every job of every branch can"
                " read them too",
                environments=targets_of(site, release),
                related=tuple(place for _, place, _ in read if place != telling[0][1]),
            )


_TELLING = frozenset({"slack", "discord", "teams", "codecov", "sonar", "webhook"})
_CREDENTIALS = (
    *("token", "password", "passwd", "secret", "key", "pat", "pass", "credential", "kubeconfig"),
    *("cert", "webhook", "dsn", "auth", "pwd", "private", "login"),
)


def is_credential(name: str, *, deploys: bool) -> bool:
    """True for a secret that opens something by itself: names, regions and roles do not."""
    parts = name.lower().split("_")
    # A job that publishes may tell a channel, or report coverage; that releases nothing.
    if not deploys and not _TELLING.isdisjoint(parts):
        return False
    return any(part.rstrip("s") in _CREDENTIALS or "kubeconfig" in part for part in parts)


def concerns(name: str, environment: str) -> bool:
    """Whether a secret may be meant for an environment: `KEY_STAGING` is not production's."""
    other, own = environment_of(name.replace("_", "-")), environment_of(environment)
    return other is None or own is None or other == own


def callers_of(site: Site[object], release: Release) -> tuple[Job, ...]:
    """Jobs that call the reusable workflow in which a release stands."""
    found = (job for route in routes_to(site, release) for job in route.callers)
    return tuple(dict.fromkeys(found))
