"""Charts that Terraform, Flux and Argo CD install."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from seatrial.kit.platform.install import Install, Layer, split_name
from seatrial.kit.platform.live import live_manifests
from seatrial.kit.platform.live_terraform import live_modules, scope_at
from seatrial.kit.site import Site
from seatrial.repo import yaml
from seatrial.repo.infrastructure.tfhelm import HelmRelease
from seatrial.repo.kubernetes import chart_references, chart_values
from seatrial.repo.kubernetes.manifests import Manifest
from seatrial.repo.yaml import NOTHING, Node

_MAX_LAYERS: Final = 24


def of_terraform(site: Site[object]) -> Iterator[Install]:
    """Yield `helm_release` resources that exist somewhere."""
    live = {id(m) for m in live_modules(site)}
    for release in site.repo.helm_releases:
        if id(release.module) in live and not release.limit.off:
            yield _helm_release(site, release)


def _helm_release(site: Site[object], release: HelmRelease) -> Install:
    limit = release.limit
    environments = limit.only or scope_at(site, release.place)
    if not environments and limit.never:
        environments = tuple(e.name for e in site.environments if e.name not in limit.never)
    layers = [
        Layer(yaml.parse(named.file.text).first, named.file.place())
        for named in release.values_files[:_MAX_LAYERS]
        if named.file
    ]
    layers += [
        Layer(yaml.parse("\n" * (t.place.line - 1) + t.text).first, t.place)
        for t in release.inline_values[:_MAX_LAYERS]
    ]
    sets = {
        key: (_plain(release.module.text(value)), value.place)
        for key, value in release.settings.items()
        if key not in release.secret_settings
    }
    chart, repository = split_name(release.chart, release.repository)
    return Install(
        chart,
        repository,
        release.version or "",
        release.name,
        release.namespace,
        release.place,
        environments,
        tuple(layers),
        sets,
    )


def _plain(text: str) -> str:
    return text if len(text) < 2000 else ""  # noqa: PLR2004 (longer texts are documents, no values)


def of_manifests(site: Site[object]) -> Iterator[Install]:
    """Yield charts of HelmReleases and of Applications."""
    sources = {
        m.name: m.node.at("spec", "url").text
        for m in live_manifests(site)
        if m.kind in {"HelmRepository", "OCIRepository"}
    }
    for manifest in live_manifests(site):
        if manifest.kind in {"HelmRelease", "Application", "ApplicationSet"}:
            yield from _of_manifest(site, manifest, sources)


def _of_manifest(
    site: Site[object], manifest: Manifest, sources: Mapping[str, str]
) -> Iterator[Install]:
    spec = manifest.node.at("spec")
    if manifest.node.at("spec", "suspend").text == "true":
        return
    spec = spec.at("template", "spec") if manifest.kind == "ApplicationSet" else spec
    charts = {
        s.at("chart").text: s
        for s in [*spec.at("source").listed(), *spec.at("sources").items()]
        if s.at("chart").text
    }
    flux = spec.at("chart", "spec")
    for reference in chart_references.of_manifest(manifest):
        source = charts.get(reference.chart, NOTHING)
        if manifest.kind != "HelmRelease" and not source:
            continue
        url = source.at("repoURL").text or sources.get(flux.at("sourceRef", "name").text, "")
        chart, repository = split_name(reference.chart, url)
        named = reference.environment
        yield Install(
            chart,
            repository,
            source.at("targetRevision").text or flux.at("version").text,
            manifest.name,
            spec.at("destination", "namespace").text or manifest.namespace,
            reference.place,
            manifest.environments or ((named,) if named else ()),
            tuple(_layers(site, manifest, reference, source)),
            {key: (text, reference.place) for key, text in reference.sets},
        )


def _layers(
    site: Site[object], manifest: Manifest, reference: chart_references.Reference, source: Node
) -> Iterator[Layer]:
    for values in chart_values.resolved(reference, "", site.repo.roots):
        yield Layer(values.node, values.file.place())
    written = source.at("helm", "values")
    if written.kind == "scalar" and "\n" in written.text:
        text = "\n" * (written.content_line - 1) + written.text
        yield Layer(yaml.parse(text).first, manifest.file.place())
    for entry in manifest.node.at("spec", "valuesFrom").items():
        holder = _holder(site, entry.at("name").text)
        key = entry.at("valuesKey").text or "values.yaml"
        node = holder.node.at("data", key) if holder else NOTHING
        if holder and node.text:
            text = "\n" * (node.content_line - 1) + node.text
            yield Layer(yaml.parse(text).first, holder.file.place())


def _holder(site: Site[object], name: str) -> Manifest | None:
    return next((m for m in live_manifests(site) if m.kind == "ConfigMap" and m.name == name), None)
