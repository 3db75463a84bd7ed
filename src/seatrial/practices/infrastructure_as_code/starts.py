"""Modules that images, services and workloads start and that are not there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from seatrial.kit.platform.live import is_aside, live_manifests
from seatrial.kit.site import Site, once
from seatrial.model.finding import Observation, fault

if TYPE_CHECKING:
    from seatrial.model.place import Place

_SERVERS: Final = frozenset({"uvicorn", "gunicorn", "hypercorn", "daphne", "granian"})


def modules(site: Site[object]) -> Iterator[Observation]:
    """Images, services and workloads that start a module which does not exist."""
    for place, who, words, environments in (*_images(site), *_services(site), *_pods(site)):
        for name in _modules(words):
            if _lacks(site, name):
                yield fault(
                    place, f"{who} starts {name}, which does not exist", environments=environments
                )


Start = tuple["Place", str, Sequence[str], tuple[str, ...]]
"""Place, who starts something, the words of it, and the environments."""


def _images(site: Site[object]) -> Iterator[Start]:
    for dockerfile in site.repo.dockerfiles:
        last = dockerfile.effective("CMD") or dockerfile.effective("ENTRYPOINT")
        if last and not is_aside(dockerfile.file.path):
            place = dockerfile.place(last.line)
            for command in dockerfile.start:
                yield place, dockerfile.file.name, command.argv, ()


def _services(site: Site[object]) -> Iterator[Start]:
    for compose in site.repo.compose:
        for service in compose.services:
            node = service.node.at("command")
            words = tuple(n.text for n in node.items()) or tuple(node.text.split())
            if words and not is_aside(compose.file.path):
                yield service.place_of("command"), f"service {service.name}", words, ()


def _pods(site: Site[object]) -> Iterator[Start]:
    for manifest in live_manifests(site):
        for index, container in enumerate(manifest.containers):
            words = tuple(n.text for k in ("command", "args") for n in container.at(k).items())
            if words:
                place = manifest.place(*manifest.pod_path, "containers", index)
                yield place, f"{manifest.kind}/{manifest.name}", words, manifest.environments


def _modules(words: Sequence[str]) -> Iterator[str]:
    """Dotted names of Python modules that words start."""
    flat = [part for word in words for part in word.split()]
    for index, word in enumerate(flat):
        following = flat[index + 1] if index + 1 < len(flat) else ""
        program = word.rpartition("/")[2]
        if word in {"-m", "-A", "--app"} and following and not following.startswith("-"):
            yield following.partition(":")[0]
        elif program in _SERVERS:
            named = next(
                (w for w in flat[index + 1 :] if ":" in w and "//" not in w and "." in w), ""
            )
            head = named.partition(":")[0]
            if head.replace(".", "").replace("_", "").isalnum() and not head[:1].isdigit():
                yield head


@once
def packages(site: Site[object]) -> frozenset[str]:
    """Paths of all Python files, without their ending, as dotted names from any folder."""
    found: set[str] = set()
    for root in site.repo.roots:
        for path in root.files:
            if path.endswith(".py"):
                parts = path[:-3].removesuffix("/__init__").split("/")
                found.update(".".join(parts[n:]) for n in range(len(parts)))
    return frozenset(found)


@once
def own_packages(site: Site[object]) -> frozenset[str]:
    """Names of the top-level Python packages of these repositories."""
    found: set[str] = set()
    for root in site.repo.roots:
        for path in root.files:
            folder, _, name = path.rpartition("/")
            above, _, package = folder.rpartition("/")
            if name.endswith(".py") and package and f"{above}/__init__.py" not in root.files:
                found.add(package)
    return frozenset(found)


def _lacks(site: Site[object], name: str) -> bool:
    head, dot, _ = name.partition(".")
    known = packages(site)
    # Only what lies in a package of these repositories can be missed for sure.
    ours = head in own_packages(site)
    parent = name.rpartition(".")[0]
    return bool(dot) and ours and name not in known and parent not in _attributes(known, parent)


def _attributes(known: frozenset[str], parent: str) -> set[str]:
    # `package.module.attribute`: the module is there, its attribute is not looked at.
    return {parent} if parent in known and "." in parent else set()
