"""Values files: one per environment, which names its version; stores keep their own."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.delivery.gitedits import edits
from seatrial.kit.planning.doubles import Double, doubles, second_writers
from seatrial.kit.planning.rollouts import rollouts
from seatrial.kit.planning.targets import Target, meant, targets
from seatrial.kit.platform.images import image_of, stray_tags
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Leave, Risk, Wish
from seatrial.model.edit import DropKey, FileEdit, InsertText, SetKey
from seatrial.model.place import Place
from seatrial.practices.gitops.settings import Settings
from seatrial.repo.files import File
from seatrial.repo.kubernetes.charts import Chart
from seatrial.repo.yaml import Node


def values_edits(site: Site[Settings]) -> Iterator[Wish]:
    """Yield the edits of values files that a delivery from git needs."""
    second = {id(job) for job, _ in second_writers(site)}
    written = {f for w in edits(site) if id(w.job) not in second for f in w.files}
    given_up = {f for one in doubles(site) for f in one.unread} - written
    for one in doubles(site):
        yield from _emptied(one, given_up)
    yield from _stray(site, given_up)
    yield from _named(site)


def stray_tags_dropped(site: Site[Settings]) -> Iterator[Wish]:
    """Yield the edits that give stores their own versions back."""
    yield from _stray(site, set())


def _emptied(one: Double, given_up: set[File]) -> Iterator[Wish]:
    for file in one.unread:
        if file not in given_up:
            yield Leave(
                f"{file.path} claims {one.environment} beside {one.read.name}, and a job writes"
                " into it: let the job write into the other one, and delete this one",
                file.place(),
            )
            continue
        made: list[FileEdit] = [DropKey((), key) for key in file.yaml.first.names()]
        made.append(InsertText(_notice(one)))
        yield Edit(
            file.root.name,
            file.path,
            tuple(made),
            f"nothing reads {file.name}: {one.environment} runs what {one.read.name} says",
            Risk.MEDIUM,
        )


def _notice(one: Double) -> str:
    return (
        f"# Without keys on purpose: {one.environment} is {one.read.name}. Nothing read what\n"
        "# stood here; git's history keeps it, and the file can be deleted.\n"
    )


def _stray(site: Site[Settings], given_up: set[File]) -> Iterator[Wish]:
    for stray in stray_tags(site):
        found = _holder(site, stray.place)
        if found is None:
            yield _by_hand(stray.image, stray.place)
            continue
        chart, file = found
        if file in given_up:
            continue
        ways = [w for w in _ways(file.yaml.first, stray.tag) if _line(file, w) == stray.place.line]
        if not ways:
            yield _by_hand(stray.image, stray.place)
            continue
        way = ways[0]
        if file is chart.values_file:
            yield _by_hand(stray.image, stray.place)
            continue
        yield Edit(
            file.root.name,
            file.path,
            (DropKey(way[:-1], str(way[-1])),),
            f"no image {stray.image}:{stray.tag} exists; the chart's own default stands again",
            Risk.HIGH,
        )


def _by_hand(image: str, place: Place) -> Leave:
    return Leave(f"put the version of {image} back that runs: its tag is a commit", place)


def _holder(site: Site[Settings], place: Place) -> tuple[Chart, File] | None:
    for chart in site.repo.charts:
        for values in chart.values_files:
            file = values.file
            if file.path == place.path and file.root.name == place.repository:
                return chart, file
    return None


def _ways(node: Node, tag: str) -> Iterator[tuple[str | int, ...]]:
    for path, one in node.walk():
        if one.kind == "scalar" and one.text == tag and path and path[-1] == "tag":
            yield tuple(path)


def _line(file: File, way: tuple[str | int, ...]) -> int:
    node = file.yaml.first
    for step in way[:-1]:
        node = node.at(step)
    return node.line_of(str(way[-1]))


def _named(site: Site[Settings]) -> Iterator[Wish]:
    """An environment whose file names no version gets the one that the tier above it runs."""
    for target in targets(site):
        if not target.key or target.values is None:
            continue
        if _tag(target.values.yaml.first, target.key):
            continue
        default = _tag(target.chart.values, target.key)
        moves = image_of(f"x:{default}").moves
        if not moves and not _is_written(site, target):
            continue
        known = _known(site, target) if moves else default
        file = target.values
        if not known:
            yield Leave(
                f"write the version that {target.environment.name} runs into {target.key} of"
                f" {file.path}: nothing here names one",
                file.place(),
            )
            continue
        *above, last = target.key.split(".")
        yield Edit(
            file.root.name,
            file.path,
            (SetKey(tuple(above), last, known, replace=False),),
            f"{target.environment.name} names the version it runs; the default moves",
            Risk.MEDIUM,
        )


def _tag(node: Node, key: str) -> str:
    return node.at(*key.split(".")).text


def _is_written(site: Site[Settings], target: Target) -> bool:
    """True when a job is to write the version into the file, so that the key has to be there."""
    return any(target in meant(site, one) for one in rollouts(site))


def _known(site: Site[Settings], target: Target) -> str:
    """A fixed tag of the same image in another environment, the one tried latest before it."""
    order = [t for t in targets(site) if t.chart is target.chart and t.values]
    found = [
        _tag(t.values.yaml.first, target.key)
        for t in order
        if t.values is not None and t is not target
    ]
    return next((tag for tag in found if tag and not image_of(f"x:{tag}").moves), "")
