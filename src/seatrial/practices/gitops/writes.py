"""What pipelines write into git: the wrong file, or too many lines of the right one."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import normpath
from typing import Final

from seatrial.kit.delivery.gitedits import edits, values_of
from seatrial.kit.delivery.gitpaths import filled
from seatrial.kit.delivery.releases import deployments
from seatrial.kit.platform.gitops import Delivery, deliveries
from seatrial.kit.platform.gitops_files import read_by_deliveries
from seatrial.kit.platform.live import is_aside
from seatrial.kit.site import Site, once
from seatrial.model.finding import Observation, Severity, fault
from seatrial.model.practice import check
from seatrial.practices.gitops.sedscripts import changed_tags
from seatrial.practices.gitops.settings import Settings
from seatrial.repo.environments import environment_of
from seatrial.repo.files import File
from seatrial.repo.kubernetes import kustomize
from seatrial.repo.kubernetes.chart_values import ValuesFile, resolved
from seatrial.repo.kubernetes.charts import Chart

_SHOWN: Final = 4


@check("gitops/regex-tag-edit", severity=Severity.HIGH)
def regex_tag_edit(site: Site[Settings]) -> Iterator[Observation]:
    """A pattern rewrites the tag of more than one image.

    Why: the database gets the application's commit as its tag; no such image exists, and the pod
    fails at its next start.
    Fix: change one image by its path: `yq -i '.image.tag = ...'`, `kustomize edit set image NAME=`,
    or `seatrial promote`, which changes exactly one line.
    """
    for edit in edits(site):
        for file in edit.files:
            hits = changed_tags(edit.program, edit.script, file)
            groups = {path.rpartition(".")[0] for path, _ in hits}
            if len(groups) > 1:
                names = ", ".join(f"{path} (line {line})" for path, line in hits[:_SHOWN])
                name = environment_of(file.path)
                yield fault(
                    edit.place,
                    f"{edit.program} in job {edit.job.id} rewrites {len(hits)} tags of"
                    f" {file.path}: {names}",
                    environments=(name,) if name else (),
                    related=tuple(file.place(line) for _, line in hits[:_SHOWN]),
                )


@check("gitops/values-file-mismatch", severity=Severity.HIGH)
def values_file_mismatch(site: Site[Settings]) -> Iterator[Observation]:
    """The file that the pipeline edits is not the one that is read.

    Why: the promotion is green and changes nothing.
    Fix: edit the file that the delivery names, and delete the other.
    """
    read = read_by_deliveries(site)
    for edit in edits(site):
        kept = [f for f in edit.files if f in read]
        if kept or not edit.files:
            continue
        for file in edit.files[:1]:
            if file.name in kustomize.NAMES and any(f.root is file.root for f in read):
                what = f"{edit.job.id} writes into {file.path}, which no delivery reads"
                yield fault(edit.place, f"job {what}", related=(file.place(),))
            chart, users = _readers(site, file)
            if chart and users:
                name = environment_of(file.path)
                yield fault(
                    edit.place,
                    f"job {edit.job.id} writes into {file.path}, which nothing reads: {users[0]}",
                    environments=(name,) if name else (),
                    related=(file.place(),),
                )


def _readers(site: Site[Settings], file: File) -> tuple[Chart | None, list[str]]:
    """The chart that a values file lies with, and who installs it from other files."""
    for chart in site.repo.charts:
        if not any(v.file is file for v in chart.values_files):
            continue
        if file in _installed_with(site, chart):
            return chart, []
        users = [u for one in deliveries(site) if (u := _by_delivery(chart, one, file))]
        users += _by_reference(site, chart, file)
        return chart, users
    return None, []


def _installed_with(site: Site[Settings], chart: Chart) -> set[File]:
    files = {v.file for r in chart.references for v in resolved(r, chart.folder, site.repo.roots)}
    return files | {file for _, file in _pushed_files(site)}


@once
def _pushed_files(site: Site[object]) -> tuple[tuple[str, File], ...]:
    """Values files that `helm` commands of workflows name, with the job's id."""
    found: list[tuple[str, File]] = []
    for release in deployments(site):
        for act in release.acts:
            if not act.command or act.command.program != "helm" or not act.step:
                continue
            for word in values_of(act.command):
                path = normpath(filled(release.job, act.step, word))
                file = release.job.workflow.file.root.files.get(path)
                if file:
                    found.append((release.job.id, file))
    return tuple(found)


def _by_delivery(chart: Chart, one: Delivery, file: File) -> str:
    ours = any(source.path.rstrip("/") == chart.folder for source in one.sources)
    name = environment_of(file.path)
    if not ours or (one.environments and name and name not in one.environments):
        return ""
    files = [w for source in one.sources for w in source.values] or ["values.yaml"]
    return f"{one.label} reads {', '.join(files)}"


def _by_reference(site: Site[Settings], chart: Chart, file: File) -> list[str]:
    name = environment_of(file.path)
    found = [
        f"{reference.file.path} installs from {values.file.path}"
        for reference in chart.references
        for values in resolved(reference, chart.folder, site.repo.roots)
        if values.environment == name or not name
    ]
    ours = {v.file for v in chart.values_files}
    found += [
        f"job {job} installs from {other.path}"
        for job, other in _pushed_files(site)
        if other in ours and environment_of(other.path) == name
    ]
    return found


@check("gitops/two-files-one-environment", severity=Severity.HIGH, fix="manual")
def two_files_one_environment(site: Site[Settings]) -> Iterator[Observation]:
    """Two values files claim the same environment.

    Why: whoever changes one believes that the environment changes; which of the two is read stands
    somewhere else.
    Fix: keep the one that is read, under the name that everything else uses.
    """
    for chart in site.repo.charts:
        if is_aside(f"{chart.folder}/x"):
            continue
        first: dict[tuple[str, str, str], ValuesFile] = {}
        for values in chart.values_files:
            # A file without keys says nothing, whatever it is called.
            if values.environment is None or values.inline or not values.node.names():
                continue
            key = (values.file.folder, _stem(values.file), values.environment)
            other = first.setdefault(key, values)
            if other is not values and not _layered(site, chart, other.file, values.file):
                names = sorted((other.file.name, values.file.name))
                yield fault(
                    values.file.place(),
                    f"{names[0]} and {names[1]} both claim {values.environment}",
                    environments=(values.environment,),
                    related=(other.file.place(),),
                )


def _stem(file: File) -> str:
    """The file's name without the word for the environment."""
    parts = file.name.rpartition(".")[0].lower().replace("_", "-").replace(".", "-").split("-")
    return "-".join(p for p in parts if environment_of(f"env/{p}") is None)


def _layered(site: Site[Settings], chart: Chart, one: File, other: File) -> bool:
    for reference in chart.references:
        files = {v.file for v in resolved(reference, chart.folder, site.repo.roots)}
        if {one, other} <= files:
            return True
    return False
