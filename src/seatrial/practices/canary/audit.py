"""What the files show of canaries: who moves the traffic, what decides, who has to press on."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.delivery.delivered import front_place, is_run
from seatrial.kit.delivery.progressive import Shape, deliveries
from seatrial.kit.platform.installs import resources
from seatrial.kit.platform.live import live_manifests, live_workloads
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault, met
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.practices.canary.settings import Settings
from seatrial.practices.canary.thresholds import fixed_threshold
from seatrial.repo.yaml import Node

__all__ = [
    "all_at_once",
    "first_step",
    "fixed_threshold",
    "idle_controller",
    "missing_analysis",
    "needed_in",
    "not_analysed",
    "not_applicable",
    "passes_without_data",
    "waits_for_a_person",
]


def not_applicable(site: Site[Settings]) -> str:
    """A library or a tool has no traffic to split."""
    if is_run(site):
        return ""
    return "a library, module or tool: no system here serves traffic that could be split"


def needed_in(site: Site[Settings], environment: str) -> bool:
    """The tiers of the settings; where there is none of them, every environment there is."""
    required = site.settings.required_in
    meant = {e.name for e in site.environments if e.tier in required or e.name in required}
    return not environment or not meant or environment in meant


@check("canary/all-at-once", severity=Severity.MEDIUM, requirement=True)
def all_at_once(site: Site[Settings]) -> Iterator[Observation]:
    """A new version gets all traffic at once.

    Why: whatever is wrong with it, every user meets it before anybody can measure it.
    Fix: `seatrial apply canary` writes a Rollout or Flagger Canary with small first steps.
    """
    found = deliveries(site)
    for delivery in found:
        yield met(
            delivery.place,
            f"{delivery.name}: {delivery.tool} moves the traffic ({delivery.shape})",
            environments=delivery.environments,
        )
        if delivery.shape is Shape.BLUE_GREEN:
            yield fault(
                delivery.place,
                f"{delivery.name} switches all traffic from blue to green in one step",
                environments=delivery.environments,
            )
    if not found:
        yield fault(_switch(site), "every new version gets all traffic at once")


def _switch(site: Site[Settings]) -> Place:
    """Where the traffic moves at once: a stage of a delivery pipeline, else a service of ECS."""
    for _, block in resources(site, "google_clouddeploy_delivery_pipeline"):
        for inner in block.walk():
            if inner.type == "standard":
                return inner.place
    for manifest in live_manifests(site):
        stages = manifest.node.at("serialPipeline", "stages").items()
        if manifest.kind == "DeliveryPipeline" and stages:
            return manifest.place("serialPipeline", "stages", len(stages) - 1)
    return front_place(site)


@check("canary/not-analysed", severity=Severity.HIGH, requirement=True)
def not_analysed(site: Site[Settings]) -> Iterator[Observation]:
    """Nothing measures the new version while it has its share of the traffic.

    Why: a weight without a measurement only delays the damage.
    Fix: add an analysis of errors and latency against the version that runs beside it.
    """
    for delivery in deliveries(site):
        if delivery.analysed:
            yield met(
                delivery.place,
                f"{delivery.name} is analysed while it gets traffic",
                environments=delivery.environments,
            )
        else:
            yield fault(
                delivery.place,
                f"{delivery.name} gets traffic but nothing measures it ({delivery.tool})",
                environments=delivery.environments,
            )


@check("canary/waits-for-a-person", severity=Severity.MEDIUM, requirement=True, fix="manual")
def waits_for_a_person(site: Site[Settings]) -> Iterator[Observation]:
    """The rollout stands still until a person promotes it.

    Why: it stays half-way over night, and people promote what they did not measure.
    Fix: give the pause a duration and let the analysis decide.
    """
    for delivery in deliveries(site):
        if delivery.waits:
            yield fault(
                delivery.waits,
                f"{delivery.name} waits until a person promotes it",
                environments=delivery.environments,
            )


@check("canary/missing-analysis", severity=Severity.HIGH, fix="manual")
def missing_analysis(site: Site[Settings]) -> Iterator[Observation]:
    """A rollout refers to an analysis that no file declares.

    Why: the controller stops the rollout with an error, or never analyses.
    Fix: add the AnalysisTemplate, or correct the name.
    """
    kinds = {"AnalysisTemplate", "ClusterAnalysisTemplate"}
    known = {m.name for m in site.repo.manifests if m.kind in kinds}
    for delivery in deliveries(site):
        for name, place in delivery.templates:
            # Without any template here they may all come from another repository.
            if known and name not in known and "{{" not in name:
                yield fault(
                    place,
                    f"{delivery.name} refers to the analysis {name}, which no file declares",
                    environments=delivery.environments,
                )


@check("canary/passes-without-data", severity=Severity.HIGH)
def passes_without_data(site: Site[Settings]) -> Iterator[Observation]:
    """An analysis takes missing data for success.

    Why: a canary without traffic yields no data, and is then promoted unseen.
    Fix: make NaN and empty results inconclusive or a failure.
    """
    for manifest in live_manifests(site):
        if manifest.kind not in {"AnalysisTemplate", "ClusterAnalysisTemplate"}:
            continue
        for index, metric in enumerate(manifest.node.at("spec", "metrics").items()):
            condition = metric.at("successCondition").text.replace(" ", "")
            if "isNaN(result)||" in condition or "||isNaN(" in condition or _defaulted(metric):
                yield fault(
                    manifest.place("spec", "metrics", index, "successCondition"),
                    f"{manifest.kind}/{manifest.name} takes missing data for success in metric"
                    f" {metric.at('name').text}",
                    environments=manifest.environments,
                )


def _defaulted(metric: Node) -> bool:
    condition = metric.at("successCondition").text.replace(" ", "")
    query = metric.at("provider", "prometheus", "query").text.replace(" ", "")
    empty_is_good = condition.startswith(("default(result,0)<", "len(result)==0||"))
    return empty_is_good or ("orvector(0)" in query and "<" in condition)


@check("canary/first-step", severity=Severity.LOW)
def first_step(site: Site[Settings]) -> Iterator[Observation]:
    """The first step already sends a large share of the traffic to the new version.

    Why: the users of the first step meet every fault before the analysis can.
    Fix: begin with 1 to 5 percent.
    """
    for delivery in deliveries(site):
        if delivery.manifest is None or delivery.shape is not Shape.CANARY:
            continue
        spec = delivery.manifest.node.at("spec")
        weights = [
            s.at("setWeight").value
            for s in spec.at("strategy", "canary", "steps").items()
            if s.has("setWeight")
        ]
        weights += [spec.at("analysis", "stepWeight").value]
        first = next((w for w in weights if isinstance(w, int)), None)
        if first is not None and first > site.settings.first_step:
            yield fault(
                delivery.place,
                f"{delivery.name} starts with {first} % of the traffic",
                environments=delivery.environments,
            )


@check("canary/idle-controller", severity=Severity.LOW, fix="manual")
def idle_controller(site: Site[Settings]) -> Iterator[Observation]:
    """A rollout controller moves a Deployment that the repository does not hold.

    Why: the canary object then does nothing and the release happens all at once.
    Fix: correct `targetRef`, or remove the object.
    """
    names = {w.manifest.name for w in live_workloads(site)}
    for delivery in deliveries(site):
        if (
            delivery.tool == "Flagger"
            and names
            and delivery.target
            and delivery.target not in names
        ):
            yield fault(
                delivery.place,
                f"{delivery.name} moves {delivery.target}, which no file here declares",
                environments=delivery.environments,
            )
