"""Images of what is delivered: tags that move, tags that are another image's."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.platform.gitops import deliveries
from seatrial.kit.platform.gitops_files import read_by_deliveries
from seatrial.kit.platform.images import image_of, stray_tags
from seatrial.kit.platform.live import live_workloads
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault, met
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.practices.gitops.settings import Settings
from seatrial.practices.gitops.unnamed import moving_in_compose, tags_on_command_lines

_SHOWN = 5


@check("gitops/mutable-image", severity=Severity.HIGH, requirement=True)
def mutable_image(site: Site[Settings]) -> Iterator[Observation]:
    """What git holds names an image whose tag moves.

    Why: the controller sees no change when the tag is moved, so that the same commit runs different
    code on different nodes, and going back in git brings the old code not back.
    Fix: name the digest or a tag that is written once (version, commit).
    """
    if not deliveries(site):
        return
    read = read_by_deliveries(site)
    moving: dict[tuple[str, Place], tuple[str, list[str]]] = {}
    fixed: list[tuple[str, Place]] = []
    for workload in live_workloads(site):
        if workload.manifest.file not in read:
            continue
        for index, container in enumerate(workload.containers):
            image = image_of(container.at("image").text)
            if not image.repository or image.is_computed:
                continue
            path: tuple[str | int, ...] = (*workload.manifest.pod_path, "containers")
            path = (*path, index, "image")
            place = workload.manifest.place(*path)
            if image.moves:
                named = f"{image.repository}:{image.tag or 'latest'}"
                entry = moving.setdefault((named, place), (workload.name, []))
                entry[1].extend(e for e in workload.environments if e not in entry[1])
            else:
                fixed.append((container.at("image").text, place))
    yield from _moving(moving)
    if fixed and not moving:
        yield met(fixed[0][1], f"every image has a fixed tag or digest ({len(fixed)} seen)")


def _moving(moving: dict[tuple[str, Place], tuple[str, list[str]]]) -> Iterator[Observation]:
    if len(moving) > _SHOWN:
        first = next(iter(moving))
        names = ", ".join(dict.fromkeys(name for name, _ in moving))
        yield fault(first[1], f"{len(moving)} images have tags that move: {names[:160]}")
        return
    for (named, place), (workload, environments) in moving.items():
        yield fault(
            place, f"{workload} runs {named}, a tag that moves", environments=tuple(environments)
        )


@check("gitops/version-outside-git", severity=Severity.MEDIUM)
def version_outside_git(site: Site[Settings]) -> Iterator[Observation]:
    """The version that runs stands in no file of git.

    Why: a tag that is given on the command line, or one that moves, leaves no trace: nobody can
    tell from git what runs, and going back in git brings nothing back.
    Fix: write the tag or digest into the values file of the environment by a commit.
    """
    yield from tags_on_command_lines(site)
    yield from moving_in_compose(site)


@check("gitops/foreign-tag", severity=Severity.HIGH, fix="apply")
def foreign_tag(site: Site[Settings]) -> Iterator[Observation]:
    """An image of a database, cache or broker carries a commit as its tag.

    Why: no such tag exists in its registry: the next start of that pod fails, and until then the
    file lies about what runs. It shows that an edit hit more images than it meant.
    Fix: put the store's own version back, and change the application's tag by its path.
    """
    for stray in stray_tags(site):
        yield fault(
            stray.place,
            f"the tag of {stray.image} is {stray.tag}, a commit of the application:"
            " such an image does not exist",
            environments=stray.environments,
        )
