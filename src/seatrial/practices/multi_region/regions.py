"""In which regions a system runs, as far as its files say."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from seatrial.kit.delivery.releases import deployments
from seatrial.kit.site import Site, once
from seatrial.model.place import Place
from seatrial.repo.environments import environment_of, tier

if TYPE_CHECKING:
    from seatrial.repo.infrastructure.hcl import Block, Expression
    from seatrial.repo.infrastructure.tfmodules import Module

_AREAS: Final = frozenset(
    "us eu ap ca sa me af il mx cn asia europe northamerica southamerica australia africa gb de fr"
    " in jp sg it nl se es pl id br au nz".split()
)
_SIDES: Final = (
    "east", "west", "north", "south", "central", "northeast", "northwest", "southeast",
    "southwest", "ord", "iad", "lax", "mia", "sea", "ams", "fra", "lon", "par", "sto", "mad", "mil",
    "osa", "sin", "tyo", "maa", "gov",
)  # fmt: skip
_AZURE: Final = frozenset(
    "eastus eastus2 westus westus2 westus3 centralus northcentralus southcentralus westcentralus"
    " northeurope westeurope uksouth ukwest francecentral germanywestcentral swedencentral"
    " norwayeast switzerlandnorth japaneast japanwest eastasia southeastasia australiaeast"
    " australiasoutheast canadacentral canadaeast brazilsouth koreacentral centralindia southindia"
    " italynorth polandcentral spaincentral uaenorth southafricanorth".split()
)
_CODES: Final = frozenset(
    "nyc1 nyc3 sfo2 sfo3 ams3 sgp1 lon1 fra1 tor1 blr1 syd1 nbg1 fsn1 hel1 ash hil".split()
)
_ATTRIBUTES: Final = ("region", "location", "aws_region")
_RUNS: Final = (
    "_cluster", "_instance", "_service", "_function", "_app", "_droplet", "_server", "_web_app",
    "_node_pool", "_node_group", "_deployment", "_release", "_group", "_vm", "_machine",
)  # fmt: skip
_RUNS_NOT: Final = ("subnet", "security", "resource_group", "log_group", "project_service",
                    "parameter_group", "user_group", "iam", "kms")  # fmt: skip


def is_region(word: str) -> bool:
    """True for the name of a region of a cloud (`eu-west-1`, `europe-west4`, `westeurope`)."""
    low = word.strip().lower()
    if low in _AZURE or low in _CODES:
        return True
    area, dash, rest = low.partition("-")
    if not dash or area not in _AREAS:
        return False
    # A zone (`eu-west-1a`, `europe-west1-b`) is no region.
    parts = rest.split("-")
    side = parts[0].rstrip("0123456789")
    last = parts[-1]
    zone = len(parts) > 1 and (
        (len(last) == 1 and last.isalpha()) or (last[-1:].isalpha() and last[:1].isdigit())
    )
    return side in _SIDES and not zone and len(parts) <= 2  # noqa: PLR2004 (area-side-number)


@once
def running(site: Site[object]) -> dict[str, Place]:
    """Regions in which production (or what names no environment) runs, each with one place."""
    found: dict[str, Place] = {}
    for region, place in _sightings(site):
        name = environment_of(place.path)
        elsewhere = name is not None and tier(name) != "production" and bool(site.production)
        if not elsewhere:
            found.setdefault(region.lower(), place)
    return found


def _sightings(site: Site[object]) -> Iterator[tuple[str, Place]]:
    for module in site.repo.terraform.modules:
        if module.is_example or module.is_library:
            continue
        yield from _of_module(module)
    yield from _of_objects(site)
    yield from _of_releases(site)
    yield from _of_platforms(site)


def _of_module(module: Module) -> Iterator[tuple[str, Place]]:
    providers = {_alias(p): _region(module, p) for p in module.providers()}
    for block in module.resources():
        if not runs_something(block):
            continue
        own = _region(module, block)
        chosen = block.attr("provider")
        if own:
            yield own, block.place
        elif chosen and providers.get(chosen.text.strip()):
            yield str(providers[chosen.text.strip()]), block.place
        elif not chosen:
            yield from _default_regions(module, block)
    for call in module.calls:
        yield from _of_call(module, call.block, providers)


def runs_something(block: Block) -> bool:
    """True for a resource on which the system runs (no networks, roles or logs)."""
    kind = block.labels[0] if block.labels else ""
    return kind.endswith(_RUNS) and not any(word in kind for word in _RUNS_NOT)


def _default_regions(module: Module, block: Block) -> Iterator[tuple[str, Place]]:
    prefix = block.labels[0].partition("_")[0]
    names = {"google": ("google", "google-beta")}.get(prefix, (prefix,))
    for holder in (module, *(chain[0].caller for chain in module.chains() if chain)):
        for provider in holder.providers():
            if provider.labels[0] in names and provider.attr("alias") is None:
                region = _region(holder, provider)
                if region:
                    yield region, block.place


def _of_call(
    module: Module, block: Block, providers: dict[str, str]
) -> Iterator[tuple[str, Place]]:
    own = _region(module, block)
    if own:
        yield own, block.place
    given = block.attr("providers")
    for _, value in given.pairs() if given else ():
        region = providers.get(value.text.strip())
        if region:
            yield region, block.place
    repeated = block.attr("for_each")
    if repeated:
        yield from ((w, block.place) for w in _words(module, repeated) if is_region(w))


def _alias(provider: Block) -> str:
    alias = provider.attr("alias")
    name = provider.labels[0] if provider.labels else ""
    constant = alias.constant if alias else None
    return f"{name}.{constant}" if isinstance(constant, str) else name


def _region(module: Module, block: Block) -> str:
    for name in _ATTRIBUTES:
        text = module.text(block.attr(name))
        if is_region(text):
            return text
    return ""


def _words(module: Module, expression: Expression) -> list[str]:
    value = module.resolve(expression)
    if isinstance(value, dict):
        return [*value, *(v for v in value.values() if isinstance(v, str))]
    return [v for v in value if isinstance(v, str)] if isinstance(value, list) else []


def _of_objects(site: Site[object]) -> Iterator[tuple[str, Place]]:
    """Argo CD generators and destinations, folders of clusters that are called by a region."""
    for manifest in site.repo.manifests:
        if manifest.kind == "ApplicationSet":
            for _, node in manifest.node.at("spec", "generators").walk():
                if node.kind == "scalar" and is_region(node.text):
                    yield node.text, manifest.place("spec", "generators")
        elif manifest.kind in {"Application", "Kustomization", "HelmRelease"}:
            target = manifest.node.at("spec", "destination", "name").text
            for word in (*manifest.file.folder.split("/"), target):
                if is_region(word):
                    yield word, manifest.place()


def _of_releases(site: Site[object]) -> Iterator[tuple[str, Place]]:
    for release in deployments(site):
        for values in release.job.matrix.values():
            for value in values:
                if is_region(value):
                    yield value, release.job.place_of("strategy", "matrix")
        for act in release.acts:
            words = act.command.argv if act.command else ()
            for flag, word in itertools.pairwise(words):
                if flag in {"--region", "--regions"} and is_region(word):
                    yield word, act.place


def _of_platforms(site: Site[object]) -> Iterator[tuple[str, Place]]:
    for root in site.repo.roots:
        file = root.files.get("fly.toml")
        for number, line in enumerate(file.lines if file else (), 1):
            key, _, value = line.partition("=")
            if file and key.strip() in {"primary_region", "backup_regions", "regions"}:
                for word in value.replace('"', " ").replace("[", " ").replace(",", " ").split():
                    if len(word) == 3 and word.isalpha():  # noqa: PLR2004 (Fly's region codes)
                        yield word, file.place(number)
