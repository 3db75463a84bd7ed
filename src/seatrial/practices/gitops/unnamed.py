"""Versions that stand in no file: git does not say what runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from seatrial.kit.delivery.releases import deployments
from seatrial.kit.platform.gitops import deliveries
from seatrial.kit.platform.images import image_of
from seatrial.kit.platform.live import is_aside
from seatrial.kit.serving import is_deployed_to_kubernetes
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, fault
from seatrial.model.place import Place
from seatrial.practices.gitops.pushes import pushes

if TYPE_CHECKING:
    from seatrial.repo.code.compose import Compose
    from seatrial.repo.files import File

_TAG_WORDS: Final = ("tag", "digest", "imagetag")
_SHOWN: Final = 4


def tags_on_command_lines(site: Site[object]) -> Iterator[Observation]:
    """One finding for each script or job that gives the image's tag on the command line."""
    if deliveries(site):
        return
    found: dict[str, list[tuple[Place, str]]] = {}
    for release in deployments(site):
        for act in release.acts:
            for key in _given(act.command.argv) if act.command else ():
                found.setdefault(f"job {release.job.id}", []).append((act.place, key))
    for chart in site.repo.charts:
        for reference in chart.references:
            path = reference.file.path
            script = reference.file.suffix not in {".yaml", ".yml"} and not is_aside(path)
            line = _line(reference.file, reference.place.line)
            tried = " template" in line or " lint" in line
            for key, value in reference.sets if script and not tried else ():
                if _is_tag(key) and "$" in value:
                    number = reference.file.line_of(f"{key}=", reference.place.line)
                    place = reference.file.place(number or reference.place.line)
                    found.setdefault(path, []).append((place, key))
    for who, given in found.items():
        place, key = given[-1]
        yield fault(
            place,
            f"{who} gives {key} on the command line only: git does not say which version runs",
            related=tuple(p for p, _ in given[:-1] if p != place)[:_SHOWN],
        )


def _given(argv: tuple[str, ...]) -> Iterator[str]:
    for index, word in enumerate(argv):
        if word in {"--set", "--set-string"} or word.startswith(("--set=", "--set-string=")):
            pairs = word.partition("=")[2] or "".join(argv[index + 1 : index + 2])
            for pair in pairs.split(","):
                key, _, value = pair.partition("=")
                if _is_tag(key) and "$" in value:
                    yield key


def _is_tag(key: str) -> bool:
    return key.rpartition(".")[2].lower() in _TAG_WORDS


def moving_in_compose(site: Site[object]) -> Iterator[Observation]:
    """Images of a compose file that is all there is to run the system by, with tags that move."""
    if deliveries(site) or is_deployed_to_kubernetes(site) or pushes(site):
        return
    shown = [c for c in site.repo.compose if not is_aside(c.file.path) and _is_main(c)]
    for compose in shown:
        settings = _settings(compose)
        for name, (place, value) in settings.items():
            users = [s.name for s in compose.services if f"{{{name}" in s.node.at("image").text]
            if users and image_of(f"x:{value}").moves:
                more = f" and {len(users) - 1} more services run" if len(users) > 1 else " runs"
                what = f"{name} is {value}: {users[0]}{more} whatever was pushed last"
                yield fault(place, what)
        loose = [
            (s.place_of("image"), s.image)
            for s in compose.services
            if s.image and not s.build and "$" not in s.image and image_of(s.image).moves
        ]
        loose = [one for one in loose if "$" not in _line(compose.file, one[0].line)]
        if loose:
            more = f" and {len(loose) - 1} more" if len(loose) > 1 else ""
            verb = "have tags that move" if len(loose) > 1 else "has a tag that moves"
            yield fault(
                loose[0][0],
                f"{loose[0][1]}{more} {verb}: the same commit runs something else tomorrow",
                related=tuple(p for p, _ in loose[1:_SHOWN]),
            )


def _is_main(compose: Compose) -> bool:
    stem = compose.file.name.rpartition(".")[0].removeprefix("docker-")
    return "/" not in compose.file.path and stem in {
        "compose",
        "compose.prod",
        "compose.production",
    }


def _line(file: File, number: int) -> str:
    return file.lines[number - 1] if 0 < number <= len(file.lines) else ""


def _settings(compose: Compose) -> dict[str, tuple[Place, str]]:
    """Plain assignments of the `.env` beside a compose file."""
    path = f"{compose.file.folder}/.env".lstrip("/")
    file = compose.file.root.files.get(path)
    found: dict[str, tuple[Place, str]] = {}
    for number, line in enumerate(file.lines if file else (), 1):
        name, equals, value = line.strip().partition("=")
        named = name.upper().endswith(("VERSION", "TAG"))
        if file and equals and named and not name.startswith("#") and value.strip("\"'"):
            found[name] = (file.place(number), value.partition(" #")[0].strip().strip("\"'"))
    return found
