"""Code that does not mean what it says: dead values, stray tags, floating inputs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from seatrial.kit.platform.images import stray_tags
from seatrial.kit.platform.live import is_aside
from seatrial.kit.platform.values import DeadValue, dead_values
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault
from seatrial.practices.infrastructure_as_code import given
from seatrial.repo.environments import environment_of, tier

if TYPE_CHECKING:
    from seatrial.model.place import Place
    from seatrial.repo.files import File
    from seatrial.repo.kubernetes.charts import Chart

_SHOWN: Final = 4
_COMPARING: Final = ("eq", "ne", "contains", "hasSuffix", "hasPrefix")


def values(site: Site[object]) -> Iterator[Observation]:
    """One finding for every values file with values that no template reads."""
    said: set[Place] = set()
    for chart in site.repo.charts:
        if chart.is_library or is_aside(chart.file.path):
            continue
        for path, found in _by_file(chart).items():
            environment = environment_of(path.rpartition("/")[2]) or environment_of(path)
            said.update(v.place for v in found)
            yield _dead(path, found, environment)
    yield from given.unread_values(site, said)


def _by_file(chart: Chart) -> dict[str, list[DeadValue]]:
    """Dead values by file; one of the defaults only counts when it is dead everywhere."""
    names: tuple[str | None, ...] = chart.environments or (None,)
    own = chart.values_file.path if chart.values_file else ""
    made = [dead_values(chart, name) for name in names]
    known = [result for result in made if not result.unknown]
    found: dict[str, list[DeadValue]] = {}
    for result in known:
        for value in result:
            everywhere = all(any(v.path == value.path for v in r) for r in known)
            listed = found.setdefault(value.place.path, [])
            if (value.place.path != own or everywhere) and all(
                v.place != value.place for v in listed
            ):
                listed.append(value)
    return {path: listed for path, listed in found.items() if listed}


def _dead(path: str, found: list[DeadValue], environment: str | None) -> Observation:
    groups: dict[str, DeadValue] = {}
    for value in sorted(found, key=lambda v: v.place):
        groups.setdefault(value.path.partition(".")[0], value)
    shown = ", ".join(_named(v, found) for v in list(groups.values())[:_SHOWN])
    rest = len(groups) - _SHOWN
    overridden = any(v.nearest_live for v in found)
    hurts = environment is not None and tier(environment) == "production"
    severity = Severity.HIGH if hurts and overridden else None
    first = next(iter(groups.values()))
    return fault(
        first.place,
        f"{path.rpartition('/')[2]} sets {shown}{f' and {rest} more' if rest > 0 else ''},"
        f" which no template reads",
        environments=(environment,) if environment else (),
        severity=severity if environment else Severity.LOW,
        related=tuple(v.place for v in list(groups.values())[1:_SHOWN]),
    )


def _named(value: DeadValue, found: list[DeadValue]) -> str:
    head = value.path.partition(".")[0]
    alike = [v for v in found if v.path.partition(".")[0] == head]
    name = value.path if len(alike) == 1 else f"{head}.* ({len(alike)} values)"
    return f"{name} (templates read {value.nearest_live})" if value.nearest_live else name


def tags(site: Site[object]) -> Iterator[Observation]:
    """Images of databases and the like with a commit of the application as their tag."""
    for stray in stray_tags(site):
        yield fault(
            stray.place,
            f"{stray.image} cannot have the tag {stray.tag}: that is a commit of the application",
            environments=stray.environments,
        )


def inputs(site: Site[object]) -> Iterator[Observation]:
    """Charts and modules that Terraform takes in whatever version is the newest."""
    for release in site.repo.helm_releases:
        if release.module.is_example or release.version or not release.chart:
            continue
        if release.chart_folder is None and not release.chart.startswith((".", "/", "${")):
            chart = release.block.attr("chart")
            yield fault(
                chart.place if chart else release.place,
                f"{release.block.address} takes the newest version of chart {release.chart}",
                environments=release.environments,
            )
    for helmfile in _helmfiles(site):
        yield from _floating(helmfile)
    yield from _fetched(site)
    for module in site.repo.terraform.modules:
        skipped = module.is_example or module.is_library
        calls = [c for c in module.calls if not skipped and _floats(c.source, c.version)]
        if calls:
            names = ", ".join(c.name for c in calls[:_SHOWN])
            rest = f" and {len(calls) - _SHOWN} more" if len(calls) > _SHOWN else ""
            plural = "s" if len(calls) > 1 else ""
            verb = "are" if len(calls) > 1 else "is"
            yield fault(
                calls[0].place,
                f"module{plural} {names}{rest} {verb} taken in the newest version",
                related=tuple(c.place for c in calls[1:_SHOWN]),
            )


def _fetched(site: Site[object]) -> Iterator[Observation]:
    """Documents that Terraform reads from a branch at every plan."""
    for module in site.repo.terraform.modules:
        for block in () if module.is_example else module.data("http"):
            url = module.text(block.attr("url"))
            hosted = "githubusercontent.com/" in url or "github.com/" in url or "gitlab.com/" in url
            if hosted and any(f"/{word}/" in url for word in ("main", "master", "latest", "HEAD")):
                attribute = block.attr("url")
                yield fault(
                    attribute.place if attribute else block.place,
                    f"{block.address} reads a file of somebody's branch at every plan",
                )


def _helmfiles(site: Site[object]) -> Iterator[File]:
    for root in site.repo.roots:
        for file in root.files.values():
            if file.name in {"helmfile.yaml", "helmfile.yml"} and not is_aside(file.path):
                yield file


def _floating(file: File) -> Iterator[Observation]:
    for document in file.yaml.documents:
        remote = {n.at("name").text for n in document.at("repositories").items()}
        for release in document.at("releases").items():
            chart = release.at("chart").text
            far = chart.partition("/")[0] in remote or chart.startswith("oci://")
            if far and not release.at("version").text and "{{" not in chart:
                yield fault(
                    file.place(release.line_of("chart")),
                    f"release {release.at('name').text} takes the newest version of chart {chart}",
                )


def _floats(source: str, version: str) -> bool:
    if not source or source.startswith((".", "/")) or version:
        return False
    if source.startswith(("git::", "github.com/", "git@", "bitbucket.org/")):
        return "ref=" not in source
    parts = source.partition("//")[0].split("/")
    return len(parts) in {3, 4} and "://" not in source


def branches(site: Site[object]) -> Iterator[Observation]:
    """Templates and Terraform that ask for the name of an environment."""
    for chart in site.repo.charts:
        if not is_aside(chart.file.path):
            yield from _asking(chart)
    for module in site.repo.terraform.modules:
        for block in () if module.is_example else (*module.resources(), *module.of("module")):
            for attribute in ("count", "for_each"):
                condition = block.attr(attribute)
                if condition and "==" in condition.text and "terraform.workspace" in condition.text:
                    yield fault(
                        condition.place,
                        f"{block.address} exists or not by the name of the workspace, which no"
                        " variable file shows",
                    )


def _asking(chart: Chart) -> Iterator[Observation]:
    found = [
        (file, number, name)
        for file in chart.templates
        if ".Values." in file.text or ".Release.Name" in file.text
        for number, line in enumerate(file.lines, 1)
        if (name := _compared(line))
    ]
    if found:
        file, number, name = found[0]
        others = len({f.path for f, _, _ in found}) - 1
        more = f" (and so do {others} more templates)" if others else ""
        yield fault(
            file.place(number),
            f"{file.name} asks whether the environment is called {name}{more}: the difference"
            " belongs into its values file",
            related=_firsts(found),
        )


def _firsts(found: list[tuple[File, int, str]]) -> tuple[Place, ...]:
    """Where each further template asks first."""
    places: dict[str, Place] = {}
    for file, number, _ in found:
        places.setdefault(file.path, file.place(number))
    return tuple(places.values())[1:_SHOWN]


def _compared(line: str) -> str:
    if "{{" not in line or not any(f"{mark}{w} " in line for w in _COMPARING for mark in " ("):
        return ""
    asked = ".Values" in line or ".Release.Name" in line
    for word in line.split('"')[1::2]:
        if environment_of(word.strip("-_")) and " " not in word and "/" not in word and asked:
            return word.strip("-_")
    return ""
