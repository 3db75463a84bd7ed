"""Services of a repository that have no tests although their neighbours have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from seatrial.kit.grouping import named
from seatrial.kit.platform.live import is_aside
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.practices.automated_testing.evidence import CODE, suites
from seatrial.practices.automated_testing.settings import Settings

if TYPE_CHECKING:
    from seatrial.repo.files import Root

_INNER: Final = frozenset({"src", "docker", "build", "app", "deploy", "container"})
_NO_SERVICE: Final = ("load", "locust", "k6", "e2e", "proto", "tools", "scripts", "test", "mock")
_TOP: Final = frozenset({"", "test", "tests", "spec", "features", "__tests__"})
_FEWEST: Final = 3
"""Files of code from which a folder is a service and not a wrapper around an image."""


@check("automated-testing/service-without-tests", severity=Severity.MEDIUM)
def service_without_tests(site: Site[Settings]) -> Iterator[Observation]:
    """A service has no test of its own, while others of the repository have.

    Why: every change of it is released on trust; the tests of its neighbours say nothing of it.
    Fix: begin with its health endpoint and its critical routes (`seatrial apply
    automated-testing` writes them).
    """
    folders = [s.folder for s in suites(site)]
    # A suite at the top may test all of them.
    if all(s.kind == "e2e" for s in suites(site)) or _TOP & set(folders):
        return
    services = _services(site)
    bare = [(f, p) for f, p in services.items() if not any(_shares(f, s) for s in folders)]
    if bare and len(bare) < len(services):
        names = named(folder for folder, _ in bare)
        have = "has" if len(bare) == 1 else "have"
        count = f" ({len(bare)} of {len(services)} services)" if len(bare) > 1 else ""
        places = [place for _, places in bare for place in places]
        yield fault(
            places[0],
            f"{names} {have} no test, while other services have{count}",
            related=tuple(places[1:]),
        )


def _services(site: Site[Settings]) -> dict[str, tuple[Place, ...]]:
    """Folders of services with code, each with the places at which its image and tests are told."""
    found: dict[str, tuple[Place, ...]] = {}
    for dockerfile in site.repo.dockerfiles:
        file = dockerfile.file
        folder = file.folder
        if folder.rpartition("/")[2].lower() in _INNER and "/" in folder:
            folder = folder.rpartition("/")[0]
        last = folder.rpartition("/")[2].lower()
        if not folder or is_aside(file.path) or any(word in last for word in _NO_SERVICE):
            continue
        if _holds_code(file.root, folder):
            places = [file.place()]
            skaffold = file.root.files.get(f"{folder}/skaffold.yaml")
            line = skaffold.line_of("test:") if skaffold else 0
            if skaffold and line:
                places.insert(0, skaffold.place(line))
            found.setdefault(folder, tuple(places))
    return found


def _holds_code(root: Root, folder: str) -> bool:
    code = (p for p, f in root.files.items() if f.suffix in CODE and p.startswith(folder + "/"))
    return sum(1 for _, _ in zip(range(_FEWEST), code, strict=False)) == _FEWEST


def _shares(service: str, suite: str) -> bool:
    return (suite + "/").startswith(service + "/") or (service + "/").startswith(suite + "/")
