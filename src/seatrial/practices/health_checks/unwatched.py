"""Workers and stages that nothing watches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.grouping import named
from seatrial.kit.platform.installs import resources, scope_of
from seatrial.kit.platform.live import is_aside, live_manifests
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault, met
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.practices.health_checks.probes import probed
from seatrial.practices.health_checks.settings import Settings
from seatrial.repo.files import File
from seatrial.repo.kubernetes.manifests import Manifest

_MANY: Final = 5
_WORKERS: Final = (
    ("celery", "worker"),
    ("sidekiq",),
    ("rq", "worker"),
    ("dramatiq",),
    ("huey_consumer",),
    ("arq",),
    ("resque:work",),
    ("queue:work",),
    ("good_job",),
    ("solid_queue",),
)
_ASKING: Final = ("inspect ping", "healthcheck", "health_check", "HEALTHCHECK", "liveness")
_STARTS: Final = ("entrypoint", "docker-entrypoint", "start", "run")


@check("health-checks/worker-unwatched", severity=Severity.MEDIUM)
def worker_unwatched(site: Site[Settings]) -> Iterator[Observation]:
    """An image starts workers, and nothing here can tell whether they still work.

    Why: a worker that hangs takes no more jobs, and from outside everything looks fine.
    Fix: add a `HEALTHCHECK` that asks the worker (`celery inspect ping`), or a heartbeat file.
    """
    if probed(site):
        return
    for place, what, file_path in _started(site):
        text = [d.file.text for d in site.repo.dockerfiles if not is_aside(d.file.path)]
        if not any(word in one for one in text for word in _ASKING):
            yield fault(place, f"{file_path} starts {what}, and nothing notices when it hangs")
            return


def _started(site: Site[Settings]) -> Iterator[tuple[Place, str, str]]:
    for dockerfile in site.repo.dockerfiles:
        for command in dockerfile.start if not is_aside(dockerfile.file.path) else ():
            if what := _worker(" ".join(command.argv)):
                yield dockerfile.place(command.line), what, dockerfile.file.path
    for root in site.repo.roots:
        for path, file in root.files.items():
            named_so = file.name.startswith(_STARTS) and file.suffix in {"", ".sh"}
            if path.count("/") <= 1 and not is_aside(path) and named_so:
                yield from _in_script(site, file)


def _in_script(site: Site[Settings], file: File) -> Iterator[tuple[Place, str, str]]:
    if site.repo.scripts(file.root).at(file.path) is None:
        return
    for number, line in enumerate(file.lines, 1):
        if not line.lstrip().startswith("#") and (what := _worker(line)):
            yield file.place(number), what, file.path
            return


def _worker(text: str) -> str:
    words = text.replace('"', " ").replace("'", " ").replace("=", " ").split()
    names = [w.rpartition("/")[2] for w in words]
    for leading in _WORKERS:
        if leading[0] in names and all(word in names for word in leading):
            return " ".join(("a", *leading)) if len(leading) > 1 else f"a {leading[0]} worker"
    return ""


@check("health-checks/stage-unverified", severity=Severity.HIGH)
def stage_unverified(site: Site[Settings]) -> Iterator[Observation]:
    """A stage of Cloud Deploy takes a version without verifying it.

    Why: the next stage is offered a version that nobody has seen working in this one.
    Fix: `verify = true` in the stage's strategy, with tests in Skaffold's `verify` section.
    """
    for module, block in resources(site, "google_clouddeploy_delivery_pipeline"):
        for standard in (b for b in block.walk() if b.type == "standard"):
            verify = standard.attr("verify")
            text = verify.text if verify else ""
            place = verify.place if verify else standard.place
            here = scope_of(module)
            if "?" in text or text == "true":
                yield met(place, f"{block.address} verifies what it deployed", environments=here)
            if text != "true" and not text.startswith(("var.", "each.")):
                message = f"no stage of {block.address} verifies what was deployed"
                if "?" in text:
                    message = f"some stages of {block.address} do not verify what was deployed"
                yield fault(place, message, environments=here)
    for manifest in live_manifests(site):
        if manifest.kind == "DeliveryPipeline" and "cloud.google" in manifest.group:
            yield from _stages(manifest)


def _stages(manifest: Manifest) -> Iterator[Observation]:
    for index, stage in enumerate(manifest.node.at("serialPipeline", "stages").items()):
        verify = stage.at("strategy", "standard", "verify")
        path = ("serialPipeline", "stages", index)
        name = f"stage {stage.at('targetId').text} of {manifest.name}"
        if verify.value is True:
            yield met(manifest.place(*path), f"{name} verifies what it deployed")
        elif not stage.at("strategy").has("canary"):
            yield fault(manifest.place(*path), f"{name} does not verify what it deployed")


@check("health-checks/applied-is-enough", severity=Severity.MEDIUM)
def applied_is_enough(site: Site[Settings]) -> Iterator[Observation]:
    """A Kustomization of Flux counts as ready as soon as its objects are applied.

    Why: what depends on it goes on, and nobody is told, while its pods crash.
    Fix: `wait: true` with a `timeout`, or `healthChecks` for what matters.
    """
    found: dict[str, list[tuple[Manifest, tuple[str, ...]]]] = {}
    for manifest in live_manifests(site):
        if manifest.kind != "Kustomization" or manifest.group != "kustomize.toolkit.fluxcd.io":
            continue
        spec = manifest.node.at("spec")
        waits = spec.at("wait").value is True or spec.at("healthChecks").items()
        # The cluster's own synchronisation is written by `flux bootstrap`.
        if not waits and manifest.name != "flux-system":
            found.setdefault(manifest.file.path, []).append((manifest, manifest.environments))
    members = [one for group in found.values() for one in group]
    groups = [members] if len(found) > _MANY else list(found.values())
    for group in groups if members else []:
        first = group[0][0]
        names = named(f"Kustomization/{m.name}" for m, _ in group)
        one = len({m.name for m, _ in group}) == 1
        scope = tuple(dict.fromkeys(e for _, names_ in group for e in names_))
        everywhere = any(not names_ for _, names_ in group)
        counts = "counts" if one else "count"
        yield fault(
            _place(first),
            f"{names} {counts} as ready when applied: neither `wait` nor `healthChecks`",
            environments=() if everywhere else scope,
            related=tuple(_place(m) for m, _ in group[1:]),
        )


def _place(manifest: Manifest) -> Place:
    key = "prune" if manifest.node.at("spec").has("prune") else "path"
    return manifest.place("spec", key)
