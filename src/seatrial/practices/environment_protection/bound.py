"""Which GitHub environments the releases name, and from which branches they may come."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.delivery.gitedits import edits
from seatrial.kit.delivery.paths import Route, routes_to
from seatrial.kit.delivery.releases import Release, releases
from seatrial.kit.delivery.targets import targets_of
from seatrial.kit.site import Site
from seatrial.model.place import Place
from seatrial.model.struct import struct
from seatrial.practices.environment_protection.settings import Settings
from seatrial.repo.environments import environment_of, tier

_ANY = frozenset({"*", "**", "**/*"})
"""Patterns that every branch matches: they say nothing of where releases come from."""


@struct(eq=False)
class Bound:
    """An environment of GitHub that releases are bound to, or are to be bound to.

    Attributes:
        root: the repository whose workflows name it.
        name: as GitHub knows it.
        tier: `dev`, `staging`, `production` or `other`.
        environments: names of the site's environments that it stands for; may be empty.
        place: where the first job names it, or stands where none does yet.
        written: whether a job names it already.
    """

    root: str
    name: str
    tier: str
    environments: tuple[str, ...]
    place: Place
    releases: tuple[Release, ...]
    written: bool


def bound(site: Site[Settings]) -> tuple[Bound, ...]:
    """Every environment that a deploying job names or should name, in the order of the jobs."""
    found: dict[tuple[str, str], Bound] = {}
    for release in releases(site):
        if not release.deploys:
            continue
        for name, targets in _names(site, release):
            root = release.job.workflow.file.root.name
            key = (root, name.casefold())
            old = found.get(key)
            written = bool(release.job.environment)
            place = release.job.place_of("environment") if written else release.job.place
            found[key] = Bound(
                root,
                old.name if old else name,
                _tier(site, name, targets),
                tuple(dict.fromkeys((*(old.environments if old else ()), *targets))),
                old.place if old and old.written >= written else place,
                (*(old.releases if old else ()), release),
                written or (old is not None and old.written),
            )
    return tuple(found.values())


def guarded(site: Site[Settings]) -> tuple[Bound, ...]:
    """Those of a tier that has to be protected."""
    return tuple(b for b in bound(site) if b.tier in site.settings.required_in)


def _names(site: Site[Settings], release: Release) -> Iterator[tuple[str, tuple[str, ...]]]:
    written, targets = release.job.environment, targets_of(site, release)
    if not written:
        # Only a plan asks for what nobody wrote; an audit does without these modules.
        from seatrial.kit.planning.bindings import binding

        written = binding(site, release)
    if "${{" in written:
        # The name is computed: it may be each of the environments.
        for name in targets or tuple(e.name for e in site.environments):
            yield name, (name,)
    elif written:
        yield written, targets


def _tier(site: Site[Settings], name: str, targets: tuple[str, ...]) -> str:
    tiers = {e.name: e.tier for e in site.environments}
    for target in targets:
        if target in tiers:
            return tiers[target]
    return tier(environment_of(name) or name)


def allowed(site: Site[Settings], one: Bound, default: str) -> tuple[str, ...]:
    """Branches (and `tag:` patterns) from which an environment should take deployments.

    Production takes the default branch, staging `develop`; where the workflows deploy an
    environment only from other branches, it is those, so that a rule stops no delivery.
    """
    settings = site.settings
    said = settings.production_branches if one.tier == "production" else settings.staging_branches
    if said:
        return said
    reached, tags, anywhere = _reaching(site, one, default)
    wanted = default if one.tier == "production" else "develop"
    if wanted in reached:
        return (wanted, *tags)
    if reached:
        return (*sorted(reached), *tags)
    if tags:
        return tags
    # Only started by hand, or from any branch: then the default branch is what was reviewed.
    return (default,) if anywhere else ()


def _reaching(
    site: Site[Settings], one: Bound, default: str
) -> tuple[set[str], tuple[str, ...], bool]:
    """Branches from which automatic routes deploy, patterns of tags, and whether others may."""
    reached: set[str] = set()
    tags: list[str] = []
    anywhere = False
    for release in one.releases:
        for route in routes_to(site, release):
            if route.trigger.tags_only:
                tags.extend(_tags(route))
            elif route.trigger.event in {"push", "create"}:
                reached.update(_refs(route))
            elif route.trigger.event in {"workflow_run", "schedule"}:
                reached.add(default)  # GitHub runs these on the default branch
            else:
                anywhere = True
    return reached, tuple(dict.fromkeys(tags)), anywhere or not reached


def _refs(route: Route) -> Iterator[str]:
    for scope in route.scopes:
        name = scope.get("github.ref_name")
        if isinstance(name, str) and name not in _ANY:
            yield name
    for pattern in route.trigger.branches:
        if "*" in pattern and pattern not in _ANY and not pattern.startswith("!"):
            # A pattern of a trigger is one of an environment too; only `**` is written otherwise.
            yield pattern.replace("/**", "/**/*")


def _tags(route: Route) -> Iterator[str]:
    written = route.workflow.node.at("on", "push", "tags")
    named = [node.text for node in written.items()] or ([written.text] if written.text else ["*"])
    yield from (f"tag:{name}" for name in named if not name.startswith("!"))


def pushes(site: Site[Settings], root: str, default: str) -> tuple[Place, ...]:
    """Places at which a pipeline pushes to the default branch past any pull request."""
    found = (
        edit.push
        for edit in edits(site)
        if edit.push is not None
        and not edit.proposal
        and not edit.remote
        and edit.job.workflow.file.root.name == root
        and edit.branch in {"", "HEAD", default}
    )
    return tuple(dict.fromkeys(place for place in found if place is not None))
