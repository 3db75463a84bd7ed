"""Deliveries that people wrote: what they lack is added where a file can be edited."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.planning.branches import trunk
from seatrial.kit.planning.remains import remains
from seatrial.kit.planning.render import render
from seatrial.kit.platform.gitops import ARGO, all_deliveries, objects
from seatrial.kit.platform.live import live_manifests
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Generate, Risk, Wish
from seatrial.model.edit import AddItem, Block, FileEdit, SetKey
from seatrial.practices.gitops import audit
from seatrial.practices.gitops.objects import stateful
from seatrial.practices.gitops.settings import Settings
from seatrial.repo.kubernetes.manifests import Manifest
from seatrial.repo.yaml import Node

_REST = (
    audit.automated_sync,
    audit.default_project,
    audit.wildcard_project,
    audit.prune_with_state,
    audit.floating_revision,
    audit.values_file_missing,
    audit.mutable_image,
    audit.no_promotion,
    audit.direct_promotion,
    audit.parameter_override,
    audit.push_beside_pull,
    audit.version_outside_git,
)


def mending(site: Site[Settings]) -> Iterator[Wish]:
    """Yield what the deliveries of the team lack, and what a person has to decide."""
    touched: set[tuple[str, str]] = set()
    for manifest in live_manifests(site):
        plain = manifest.source == "file" and not manifest.chart
        if plain and manifest.kind == "Application" and manifest.group == "argoproj.io":
            made = list(_application(site, manifest))
            if made:
                touched.add((manifest.file.root.name, manifest.file.path))
                yield Edit(
                    manifest.file.root.name,
                    manifest.file.path,
                    tuple(made),
                    f"Application/{manifest.name} heals itself, in a project of its own",
                    Risk.HIGH,
                )
    yield from _projects(site)
    yield from _fenced(site)
    yield from remains(site, *_REST)


def _document(manifest: Manifest) -> int:
    """Position of an object among the documents of its file."""
    nodes = manifest.file.yaml.documents
    return next((i for i, n in enumerate(nodes) if n.line == manifest.node.line), 0)


def _application(site: Site[Settings], manifest: Manifest) -> Iterator[FileEdit]:
    spec, number = manifest.node.at("spec"), _document(manifest)
    if spec.at("project").text in {"", "default"} and _fence(manifest):
        yield SetKey(("spec",), "project", manifest.name, document=number)
    automated = spec.at("syncPolicy", "automated")
    way = ("spec", "syncPolicy", "automated")
    if automated and automated.at("selfHeal").value is not True:
        yield SetKey(way, "selfHeal", value=True, document=number)
    elif not automated:
        yield SetKey(way, "prune", value=True, document=number)
        yield SetKey(way, "selfHeal", value=True, document=number)
    options = [n.text for n in spec.at("syncPolicy", "syncOptions").items()]
    if not any(o.startswith("PruneLast=") for o in options):
        yield AddItem(("spec", "syncPolicy", "syncOptions"), "PruneLast=true", document=number)
    if automated and automated.at("prune").value is not True and not _holds_state(site, manifest):
        yield SetKey(way, "prune", value=True, document=number)
    if spec.at("source", "targetRevision").text in {"", "HEAD"} and spec.at("source", "path").text:
        yield SetKey(("spec", "source"), "targetRevision", trunk(site), document=number)


def _holds_state(site: Site[Settings], manifest: Manifest) -> bool:
    return any(
        one.tool == ARGO and one.name == manifest.name and stateful(site, one)
        for one in all_deliveries(site)
    )


def _fence(manifest: Manifest) -> tuple[list[str], str, str]:
    """Sources, server and namespace that an Application names; empty when one is not told."""
    spec = manifest.node.at("spec")
    sources = spec.at("sources").items() or [spec.at("source")]
    urls = [s.at("repoURL").text for s in sources]
    server = spec.at("destination", "server").text
    namespace = spec.at("destination", "namespace").text
    told = all(urls) and server and namespace
    return (urls, server, namespace) if told else ([], "", "")


def _projects(site: Site[Settings]) -> Iterator[Wish]:
    """An AppProject beside each Application that is in `default`, or that already names its own."""
    known = {m.name for m in objects(site, "argoproj.io", "AppProject")}
    for manifest in objects(site, "argoproj.io", "Application"):
        project = manifest.node.at("spec", "project").text
        ours = project in {"", "default", manifest.name} and manifest.name not in known
        urls, server, namespace = _fence(manifest)
        if manifest.source != "file" or not ours or not urls:
            continue
        text = render(
            "gitops",
            "argocd/own-project.yaml.j2",
            project=manifest.name,
            home=manifest.namespace or "argocd",
            urls=urls,
            server=server,
            namespace=namespace,
        )
        path = f"{manifest.file.folder}/{manifest.name}-project.yaml".lstrip("/")
        reason = f"Application/{manifest.name} may read its source and change its namespace only"
        yield Generate(manifest.file.root.name, path, text, reason, Risk.MEDIUM)


def _fenced(site: Site[Settings]) -> Iterator[Edit]:
    """A project that allows everything gets what its Applications need."""
    applications = list(objects(site, "argoproj.io", "Application"))
    for manifest in objects(site, "argoproj.io", "AppProject"):
        spec = manifest.node.at("spec")
        members = [a for a in applications if a.node.at("spec", "project").text == manifest.name]
        fences = [f for f in map(_fence, members) if f[0]]
        if manifest.source != "file" or not fences or len(fences) != len(members):
            continue
        made = list(_narrowed(spec, fences, _document(manifest)))
        if made:
            yield Edit(
                manifest.file.root.name,
                manifest.file.path,
                tuple(made),
                f"AppProject/{manifest.name} allows what its Applications name",
                Risk.HIGH,
            )


def _narrowed(
    spec: Node, fences: list[tuple[list[str], str, str]], number: int
) -> Iterator[FileEdit]:
    if any(n.text == "*" for n in spec.at("sourceRepos").items()):
        urls = sorted({u for urls, _, _ in fences for u in urls})
        yield SetKey(
            ("spec",), "sourceRepos", Block("".join(f"- {u}\n" for u in urls)), document=number
        )
    if any(d.at("namespace").text == "*" for d in spec.at("destinations").items()):
        places = sorted({(server, namespace) for _, server, namespace in fences})
        text = "".join(f"- server: {s}\n  namespace: {n}\n" for s, n in places)
        yield SetKey(("spec",), "destinations", Block(text), document=number)
