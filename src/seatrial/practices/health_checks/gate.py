"""The gate behind a deployment: that it is there, can fail, and asks the new version."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.delivery.delivered import front_place, is_delivery
from seatrial.kit.delivery.pipelines import elsewhere
from seatrial.kit.delivery.progressive import deliveries
from seatrial.kit.delivery.releases import Kind, Release, releases
from seatrial.kit.delivery.targets import targets_of
from seatrial.kit.delivery.verification import (
    Verification,
    of_release,
    puts_version,
    verifications,
    versioned,
)
from seatrial.kit.delivery.verifying import Means
from seatrial.kit.platform.live import live_manifests
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault, met
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.practices.health_checks.settings import Settings

_HEALTH_WORDS = ("health", "live", "ready", "ping", "status", "up", "alive")
Seen = tuple[str, Place, tuple[str, ...]]


@check("health-checks/no-verification", severity=Severity.HIGH, requirement=True)
def no_verification(site: Site[Settings]) -> Iterator[Observation]:
    """A deployment succeeds whether the application works or not.

    Why: the pipeline is green while users see errors, and the next stage is deployed as well.
    Fix: `seatrial apply health-checks` adds `seatrial verify` behind the deployment.
    """
    by_controller = list(_controllers(site))
    for what, place, environments in by_controller:
        yield met(place, what, environments=environments)
    for release in versioned(site):
        environments = targets_of(site, release)
        counting = [v for v in of_release(site, release) if v.counts]
        for seen in counting[:2]:
            yield met(
                seen.place, f"{_text(seen)} verifies {_job(release)}", environments=environments
            )
        if not counting and not (by_controller and release.kinds <= {Kind.GITOPS, Kind.PUBLISH}):
            yield fault(
                _act_place(release),
                f"{_job(release)} deploys, and nothing after it can fail when the app is broken",
                environments=environments,
            )
    hidden = list(elsewhere(site, "a verification after the deployment"))
    yield from hidden
    if not versioned(site) and not by_controller and not hidden:
        yield _undeployed(site)


def _undeployed(site: Site[Settings]) -> Observation:
    for manifest in live_manifests(site):
        if is_delivery(manifest):
            name = f"{manifest.kind}/{manifest.name}"
            message = f"{name} delivers, and nothing verifies what it delivered"
            return fault(manifest.place("spec"), message, environments=manifest.environments)
    published = releases(site)
    if published:
        first = published[0]
        message = f"{_job(first)} releases, and no file shows a verification of what was deployed"
        return fault(first.place, message, related=tuple(r.place for r in published[1:]))
    return fault(front_place(site), "no pipeline deploys this, so nothing verifies a deployment")


def _controllers(site: Site[Settings]) -> Iterator[Seen]:
    for manifest in live_manifests(site):
        name, here = f"{manifest.kind}/{manifest.name}", manifest.environments
        hook = manifest.annotations.get("argocd.argoproj.io/hook", "")
        if "PostSync" in hook:
            yield f"{name} runs after each sync", manifest.place("metadata", "annotations"), here
        if "kustomize.toolkit.fluxcd.io" in manifest.api_version:
            if manifest.node.at("spec", "wait").value is True:
                yield f"{name} waits until all is ready", manifest.place("spec", "wait"), here
            elif manifest.node.at("spec", "healthChecks").items():
                yield f"{name} waits for health", manifest.place("spec", "healthChecks"), here
        if (
            manifest.kind == "HelmRelease"
            and manifest.node.at("spec", "test", "enable").value is True
        ):
            yield f"{name} runs the chart's tests", manifest.place("spec", "test"), here
    for delivery in deliveries(site):
        if delivery.analysed:
            what = f"{delivery.name} analyses each new version"
            yield what, delivery.place, delivery.environments


@check("health-checks/version-unproved", severity=Severity.MEDIUM, requirement=True)
def version_unproved(site: Site[Settings]) -> Iterator[Observation]:
    """The check passes while the old version still answers.

    Why: right after a deployment the old pods serve: a healthy answer says nothing of the new one.
    Fix: wait for the rollout and compare the version (`seatrial verify ENV --version V`).
    """
    for release in versioned(site):
        counting = [v for v in of_release(site, release) if v.counts]
        proving = [v for v in counting if proves(site, v)]
        environments = targets_of(site, release)
        if proving:
            what = f"{_text(proving[0])} waits for the new version"
            yield met(proving[0].place, what, environments=environments)
        elif counting:
            yield fault(
                counting[0].place,
                f"{_text(counting[0])} behind {_job(release)} passes while the old version answers",
                environments=environments,
            )


def proves(site: Site[object], seen: Verification) -> bool:
    """True for a check that cannot pass while only the old version answers."""
    if seen.means in {Means.ROLLOUT, Means.VERSION}:
        return True
    if seen.means is Means.REQUEST:
        return _compares(seen.step.run)
    script = site.repo.scripts(seen.step.file.root).called(seen.command) if seen.command else None
    asks = script is not None and any(c.program in {"curl", "wget"} for c in script.commands)
    return script is not None and asks and _compares(script.file.text)


def _compares(text: str) -> bool:
    run = text.lower()
    asked = any(word in run for word in ("version", "sha", "commit", "revision", "digest"))
    judged = any(word in run for word in ("grep", "jq", "!=", "==", " = "))
    return asked and judged and "exit 1" in run


@check("health-checks/no-smoke-test", severity=Severity.MEDIUM, requirement=True)
def no_smoke_test(site: Site[Settings]) -> Iterator[Observation]:
    """No endpoint that users need is tried after a deployment.

    Why: the process is up and healthy while the one page that earns money is broken.
    Fix: try the critical endpoints after the rollout; `seatrial verify` takes them from OpenAPI.
    """
    if not versioned(site):
        yield from _smoke_of_controllers(site)
    for release in versioned(site):
        environments = targets_of(site, release)
        smoke = [v for v in of_release(site, release) if v.counts and is_smoke(v)]
        if smoke:
            what = f"{_text(smoke[0])} tries the application"
            yield met(smoke[0].place, what, environments=environments)
        elif any(v.counts for v in of_release(site, release)):
            # Where nothing verifies at all, that is said once, by no-verification.
            yield fault(
                _act_place(release),
                f"no endpoint that users need is tried after {_job(release)}",
                environments=environments,
            )


def _smoke_of_controllers(site: Site[Settings]) -> Iterator[Observation]:
    tried = [seen for seen in _controllers(site) if " runs " in seen[0] or _conforms(site, seen)]
    for what, place, environments in tried:
        yield met(place, f"{what} and tries it", environments=environments)
    if not tried:
        for what, place, environments in list(_controllers(site))[:1]:
            message = f"{what}, but no endpoint that users need is tried"
            yield fault(place, message, environments=environments)


def _conforms(site: Site[Settings], seen: Seen) -> bool:
    """True for an analysed delivery that also asks the new version something of its own."""
    for delivery in deliveries(site):
        if delivery.place == seen[1] and delivery.manifest:
            spec = delivery.manifest.node.at("spec")
            hooks = spec.at("analysis", "webhooks").items()
            if any(h.at("type").text in {"pre-rollout", "post-rollout"} for h in hooks):
                return True
    return False


def is_smoke(seen: Verification) -> bool:
    """True for a check that tries more than a health endpoint."""
    if seen.means is Means.TESTS:
        return True
    if seen.means is Means.VERSION:
        return True
    if seen.means is not Means.REQUEST:
        return False
    return any(not _is_health(url) for url in seen.urls)


def _is_health(url: str) -> bool:
    path = url.partition("://")[2].partition("/")[2] if "://" in url else url.partition("/")[2]
    last = path.partition("?")[0].rstrip("/").rpartition("/")[2].lower().lstrip("_")
    return not last or any(last.startswith(word) for word in _HEALTH_WORDS)


@check("health-checks/masked-verification", severity=Severity.HIGH)
def masked_verification(site: Site[Settings]) -> Iterator[Observation]:
    """A verification runs after the deployment, but its failure fails nothing.

    Why: it looks like a gate and is none; people trust it.
    Fix: let it fail: `curl --fail`, no `|| true`, no `continue-on-error`.
    """
    seen: set[tuple[Place, str]] = set()
    for one in verifications(site):
        message = f"{_text(one)} after the deployment cannot fail: {one.why_not}"
        if not one.counts and (one.place, message) not in seen:
            seen.add((one.place, message))
            environments = targets_of(site, one.release)
            yield fault(one.place, message, environments=environments)


@check("health-checks/unbounded-wait", severity=Severity.LOW)
def unbounded_wait(site: Site[Settings]) -> Iterator[Observation]:
    """A loop asks the application without a deadline for one answer.

    Why: an application that accepts and never answers holds the pipeline for hours.
    Fix: add `--max-time` (and `--connect-timeout`).
    """
    limits = ("--max-time", "-m", "--connect-timeout")
    for one in verifications(site):
        command = one.command
        loops = any(word in one.step.run for word in ("while ", "until ", "for ", "--retry"))
        if command and command.program == "curl" and loops:
            given = any(w.partition("=")[0] in limits for w in command.argv)
            if not given and "timeout " not in one.step.run:
                yield fault(
                    one.place,
                    f"{_text(one)} has no `--max-time`, so one answer may take for ever",
                    environments=targets_of(site, one.release),
                )


def _text(seen: Verification) -> str:
    return f"`{seen.what}`" if seen.command else seen.what


def _job(release: Release) -> str:
    return f"job {release.job.id}"


def _act_place(release: Release) -> Place:
    return next(a.place for a in release.acts if puts_version(a))
