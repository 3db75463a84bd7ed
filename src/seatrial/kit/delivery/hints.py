"""Where a system is delivered from, when nothing here delivers it and its documents say where."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.delivery.pipelines import hinted_systems
from seatrial.kit.delivery.releases import releases
from seatrial.kit.platform.live import is_aside, live_manifests
from seatrial.kit.site import Site, once
from seatrial.model.finding import Observation, Reach, unknown
from seatrial.model.place import Place

_HOST: Final = "github.com/"
_WORDS: Final = frozenset(
    "infra infrastructure terraform gitops k8s kubernetes deploy deployment deployments manifests"
    " iac argocd flux concourse environments".split()
)
_TOOLS: Final = frozenset(
    "provider module modules action actions sdk cli example examples docs template operator plugin"
    " client tutorial demo sample samples".split()
)
_SHOWN: Final = 2


@once
def shows_no_delivery(site: Site[object]) -> bool:
    """True when nothing here says how the system is run: no release, chart, manifest, compose."""
    repo = site.repo
    stands = any(
        s.ports or s.healthcheck or s.node.has("restart")
        for c in repo.compose
        if not is_aside(c.file.path)
        for s in c.services
    )
    declared = repo.charts or live_manifests(site) or repo.terraform.modules
    return not (declared or stands or releases(site) or repo.ci_systems)


@once
def named_repositories(site: Site[object]) -> tuple[tuple[str, Place], ...]:
    """Repositories of the same owner that documents link to and that are called after delivery."""
    ours = {root.name.lower() for root in site.repo.roots}
    owners: set[str] = set()
    found: dict[str, Place] = {}
    for document in site.repo.documents:
        file = document.file
        if file.path.count("/") > 1 or _HOST not in file.text:
            continue
        for number, line in enumerate(file.lines, 1):
            for owner, name in _linked(line):
                if name.lower() in ours:
                    owners.add(owner.lower())
                words = set(name.lower().replace("_", "-").split("-"))
                if words & _WORDS and len(words) > 1 and not words & _TOOLS:
                    found.setdefault(f"{owner}/{name}", file.place(number))
    return tuple((n, p) for n, p in found.items() if n.partition("/")[0].lower() in owners)


def delivered_elsewhere(site: Site[object], what: str) -> Iterator[Observation]:
    """Yield an unknown for each place outside that documents name, where nothing here delivers.

    Args:
        site: the site.
        what: the end of the sentence "it cannot be seen whether it holds ..." (`a delivery`).
    """
    if not shows_no_delivery(site):
        return
    systems = [(n, f"the repository that holds the {n} pipelines") for n, _ in hinted_systems(site)]
    places = dict(hinted_systems(site))
    for name, place in named_repositories(site):
        systems.append((name, f"a checkout of {name}"))
        places[name] = place
    for name, credential in systems[:_SHOWN]:
        place = places[name]
        yield unknown(
            f"{place.path} names {name} and nothing here delivers the system: it cannot be seen"
            f" whether it holds {what}",
            reach=Reach.ELSEWHERE,
            credential=credential,
            place=place,
        )


def _linked(line: str) -> Iterator[tuple[str, str]]:
    for rest in line.split(_HOST)[1:]:
        owner, _, tail = rest.partition("/")
        name = ""
        for character in tail:
            if not (character.isalnum() or character in "-_."):
                break
            name += character
        name = name.removesuffix(".git").rstrip(".")
        if name and owner.replace("-", "").isalnum():
            yield owner, name
