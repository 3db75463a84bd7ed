"""Tags that are written again and again, so that no earlier version is left behind them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from seatrial.kit.delivery.paths import Route, happens, routes_to
from seatrial.kit.delivery.releases import Act, Kind, Release, releases
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.practices.rollback.settings import Settings

_FLOATING: Final = frozenset({"latest", "main", "master", "edge", "stable", "nightly", "dev"})
_RELEASED: Final = "release"


@check("rollback/overwritten-tag", severity=Severity.MEDIUM)
def overwritten_tag(site: Site[Settings]) -> Iterator[Observation]:
    """A published tag is overwritten, and nothing else names the version before.

    Why: whoever runs `latest` cannot tell which version it is; when it is bad there is nothing to
    return to, or an unreleased build stands where the release was.
    Fix: publish every build under a tag that is never written twice, and move `latest` only with a
    release.
    """
    for release in releases(site):
        tags = [seen for act in release.acts for seen in _tags(act)]
        shared = _shared(site, release)
        moved = next(((t, p) for t, p in tags if t == "latest" or t.startswith("latest-")), None)
        if moved and shared:
            yield fault(
                moved[1],
                f"`latest` is overwritten on {shared} alike: whoever runs it cannot tell which"
                " version it is, nor return",
            )
        elif tags and all(t in _FLOATING for t, _ in tags) and _publishes_images(release):
            names = ", ".join(dict.fromkeys(t for t, _ in tags))
            yield fault(
                tags[0][1],
                f"job {release.job.id} publishes only under `{names}`, which it overwrites: no"
                " earlier version is left to return to",
            )


def _publishes_images(release: Release) -> bool:
    return all(a.kind is Kind.PUBLISH and list(_tags(a)) for a in release.acts)


def _shared(site: Site[Settings], release: Release) -> str:
    """Events that write the same tag, when both releases and unreleased builds do."""
    events: dict[str, bool] = {}
    for route in routes_to(site, release):
        if any(act.kind is Kind.PUBLISH and happens(route, act) for act in route.acts):
            event = _event(route)
            if event:
                events[event] = event == _RELEASED
    if len(set(events.values())) < 2:  # noqa: PLR2004 - released and unreleased
        return ""
    names = sorted(events)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _event(route: Route) -> str:
    event = route.trigger.event
    if event == "release" or (event == "push" and route.trigger.tags_only):
        return _RELEASED
    return event if event in {"push", "schedule"} else ""


def _tags(act: Act) -> Iterator[tuple[str, Place]]:
    """Yield the tags that an act writes, computed images left out, each with its line."""
    if act.kind is not Kind.PUBLISH:
        return
    if act.command is not None:
        for word in _images(act.command.argv):
            yield _tag(word), act.place
    elif act.step is not None:
        node = act.step.inputs.at("tags")
        lines = node.text.split("\n") if node.kind == "scalar" else []
        for offset, line in enumerate(lines):
            for image in line.split(","):
                word = image.strip()
                if word:
                    yield _tag(word), act.step.file.place(node.content_line + offset)


def _images(argv: tuple[str, ...]) -> Iterator[str]:
    if "push" in argv:
        yield from (w for w in argv[argv.index("push") + 1 :] if not w.startswith("-"))
        return
    for flag, word in pairwise(argv):
        if flag in {"-t", "--tag"}:
            yield word
        elif flag.startswith("--tag="):
            yield flag.partition("=")[2]


def _tag(image: str) -> str:
    """Tag of an image, its computed parts as `?`; `latest` where none stands."""
    plain = image
    while "${{" in plain:
        head, _, rest = plain.partition("${{")
        plain = head + "?" + rest.partition("}}")[2]
    if plain.startswith(("?", "$")) and ":" not in plain:
        return "?"
    tail = plain.rpartition("/")[2]
    return tail.rpartition(":")[2] if ":" in tail else "latest"
