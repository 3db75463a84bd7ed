"""Load scenarios of a system: which there are, who runs them, and what they ask."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from seatrial.kit.delivery.testruns import TestKind, TestRun, testing_jobs
from seatrial.kit.platform.live import is_aside, live_manifests, live_workloads
from seatrial.kit.site import Site, once
from seatrial.model.place import Place
from seatrial.model.struct import struct

if TYPE_CHECKING:
    from seatrial.repo.code.testsuites import Suite
    from seatrial.repo.files import File
    from seatrial.repo.workflows import Job


@struct(eq=False)
class Use:
    """Something that runs load against the system.

    Attributes:
        per_release: it runs against each new version, and metrics decide on that version.
    """

    what: str
    place: Place
    environments: tuple[str, ...] = ()
    per_release: bool = False


_IMAGES: Final = (
    "loadgenerator",
    "load-generator",
    "loadgen",
    "load-gen",
    "locustio/locust",
    "grafana/k6",
    "loadimpact/k6",
    "artilleryio/artillery",
    "loadtest",
    "load-test",
    "jmeter",
    "gatling",
)
_GATES: Final[dict[str, tuple[str, ...]]] = {
    ".js": ("thresholds", "ensure", "assertions("),
    ".ts": ("thresholds", "ensure"),
    ".py": ("process_exit_code", "fail_ratio", "exit_code"),
    ".yml": ("ensure:", "thresholds:", "pass-fail", "passfail", "failureCriteria"),
    ".yaml": ("ensure:", "thresholds:", "pass-fail", "passfail", "failureCriteria"),
    ".jmx": ("Assertion",),
    ".scala": ("assertions(",),
    ".java": ("assertions(",),
    ".kt": ("assertions(",),
}


@once
def scenarios(site: Site[object]) -> tuple[Suite, ...]:
    """Load scenarios of the system itself, examples left out."""
    return tuple(s for s in site.repo.suites if s.kind == "load" and not s.example and not s.empty)


@once
def pipeline_runs(site: Site[object]) -> tuple[tuple[Job, TestRun], ...]:
    """Load runs of pipelines."""
    return tuple(testing_jobs(site, TestKind.LOAD))


@once
def uses(site: Site[object]) -> tuple[Use, ...]:
    """Everything that runs load against the system."""
    found = [Use(f"job {j.id} runs {r.what}", r.place) for j, r in pipeline_runs(site)]
    found.extend(_workloads(site))
    found.extend(_services(site))
    for suite in scenarios(site):
        found.extend(_started(site, suite))
    return tuple(found)


def _workloads(site: Site[object]) -> Iterator[Use]:
    for manifest in live_manifests(site):
        if manifest.group == "k6.io" and manifest.kind in {"K6", "TestRun"}:
            name = f"{manifest.kind}/{manifest.name}"
            yield Use(f"{name} runs k6 in the cluster", manifest.place(), manifest.environments)
        if manifest.kind == "Canary" and manifest.group == "flagger.app":
            hooks = manifest.node.at("spec", "analysis", "webhooks").items()
            for index, hook in enumerate(hooks):
                command = hook.at("metadata", "cmd").text.split()
                if command[:1] and command[0] in {"hey", "k6", "wrk", "vegeta", "ghz", "fortio"}:
                    place = manifest.place("spec", "analysis", "webhooks", index)
                    what = f"Canary/{manifest.name} puts load on each new version"
                    judged = bool(manifest.node.at("spec", "analysis", "metrics").items())
                    yield Use(what, place, manifest.environments, judged)
    for workload in live_workloads(site):
        if any(_is_generator(image) for image in workload.images):
            yield Use(f"{workload.name} makes load", workload.place, workload.environments)


def _services(site: Site[object]) -> Iterator[Use]:
    for compose in site.repo.compose:
        for service in compose.services if not is_aside(compose.file.path) else ():
            if _is_generator(service.image) or _is_generator(service.name):
                yield Use(f"service {service.name} makes load", service.place)


def _is_generator(image: str) -> bool:
    lowered = image.lower()
    return any(mark in lowered for mark in _IMAGES) and "flagger" not in lowered


def _started(site: Site[object], suite: Suite) -> Iterator[Use]:
    """Images and tasks that start a scenario."""
    folders = {f.folder for f in suite.files} | {suite.folder}
    for dockerfile in site.repo.dockerfiles:
        file = dockerfile.file
        if file.root is suite.files[0].root and file.folder in folders and file.folder:
            yield Use(f"{file.path} packs the scenario {suite.files[0].name}", file.place())
    for task in _task_files(suite.files[0]):
        for one in suite.files:
            line = task.line_of(one.name)
            if line:
                yield Use(f"{task.name} starts {one.name}", task.place(line))
                break


def _task_files(near: File) -> Iterator[File]:
    names = ("Makefile", "package.json", "Taskfile.yml", "justfile", "pyproject.toml", "pom.xml")
    folder = near.folder
    while True:
        for name in names:
            file = near.root.files.get(f"{folder}/{name}" if folder else name)
            if file:
                yield file
        if not folder:
            return
        folder = folder.rpartition("/")[0]


def gate_of(file: File) -> int:
    """Line on which a scenario says what is too slow; 0 when it does not."""
    marks = _GATES.get(file.suffix, ())
    return next((line for mark in marks if (line := file.line_of(mark))), 0)


_TOPS: Final = ("export const options", "options =", "(HttpUser)", "(FastHttpUser)", "config:")


def top_of(file: File) -> int:
    """Line at which a scenario sets its load up, where its thresholds belong; 1 without one."""
    return next((line for mark in _TOPS if (line := file.line_of(mark))), 1)


def is_closed(file: File) -> int:
    """Line of a k6 script that fixes virtual users and no arrival rate; 0 for any other."""
    text = file.text
    if file.suffix not in {".js", ".ts"} or "k6" not in text or "arrival-rate" in text:
        return 0
    return file.line_of("vus:") or file.line_of("stages:")
