"""Deliveries that people wrote: what they lack is added where a file can be edited."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.planning.branches import trunk
from seatrial.kit.planning.remains import remains
from seatrial.kit.planning.render import render
from seatrial.kit.platform.gitops import Delivery, deliveries, objects
from seatrial.kit.platform.gitops_files import files_of
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Generate, Risk, Wish
from seatrial.model.edit import AddItem, Block, FileEdit, SetKey
from seatrial.practices.gitops import audit
from seatrial.practices.gitops.applications import cluster_wide
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
_MENDED = (
    "leaves changes by hand",
    "never deletes what git",
    "only when somebody presses",
    "is in the project default",
    " prunes, and ",
    "follows HEAD",
    "names no targetRevision",
)
"""Words of the faults that the edits of an Application mend."""


def mending(site: Site[Settings], converted: frozenset[str]) -> Iterator[Wish]:
    """Yield what the deliveries of the team lack, and what a person has to decide.

    Args:
        site: what people wrote.
        converted: ids of the jobs that commit from now on, so that they are no second writer.
    """
    mended: set[str] = set()
    for manifest in _plain(site, "Application"):
        made = tuple(_application(site, manifest))
        if made:
            mended.add(f"Application/{manifest.name} ")
            yield Edit(
                manifest.file.root.name,
                manifest.file.path,
                made,
                f"Application/{manifest.name} keeps to git by itself, in a project of its own",
                Risk.HIGH,
            )
    yield from _projects(site)
    for manifest, edit in _fenced(site):
        mended.add(f"AppProject/{manifest.name} allows")
        yield edit
    for left in remains(site, *_REST):
        named = any(left.message.startswith(label) for label in mended)
        ours = named and any(words in left.message for words in (*_MENDED, "AppProject/"))
        job = left.message.partition(" changes the cluster itself")[0].removeprefix("job ")
        if not ours and job not in converted:
            yield left


def _plain(site: Site[Settings], kind: str) -> Iterator[Manifest]:
    for manifest in objects(site, "argoproj.io", kind):
        if manifest.source == "file" and not manifest.chart:
            yield manifest


def _document(manifest: Manifest) -> int:
    """Position of an object among the documents of its file."""
    nodes = manifest.file.yaml.documents
    return next((i for i, n in enumerate(nodes) if n.line == manifest.node.line), 0)


def _application(site: Site[Settings], manifest: Manifest) -> Iterator[FileEdit]:
    one = next((d for d in deliveries(site) if d.place == manifest.place()), None)
    if one is None:
        return
    number, way = _document(manifest), ("spec", "syncPolicy", "automated")
    if one.project in {"", "default"} and _kinds(site, one) is not None and _fence(manifest)[0]:
        yield SetKey(("spec",), "project", manifest.name, document=number)
    held = bool(stateful(site, one))
    if not one.heals or not one.is_automatic:
        yield SetKey(way, "selfHeal", value=True, document=number)
    if not one.prunes and not held:
        yield SetKey(way, "prune", value=True, document=number)
    elif one.prunes and held and "PruneLast=true" not in one.options:
        yield AddItem(("spec", "syncPolicy", "syncOptions"), "PruneLast=true", document=number)
    production = set(one.environments) & set(site.production) or not one.environments
    source = one.sources[0] if len(one.sources) == 1 else None
    if source and source.path and source.revision in {"", "HEAD"} and production:
        yield SetKey(("spec", "source"), "targetRevision", trunk(site), document=number)


def _kinds(site: Site[Settings], one: Delivery) -> tuple[tuple[str, str], ...] | None:
    """Cluster-wide kinds that an Application delivers; None where its files are not here."""
    files = files_of(site, one)
    return cluster_wide("\n".join(f.text for f in files)) if files else None


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
    for manifest in _plain(site, "Application"):
        one = next((d for d in deliveries(site) if d.place == manifest.place()), None)
        ours = one is not None and one.project in {"", "default", manifest.name}
        kinds = _kinds(site, one) if one else None
        urls, server, namespace = _fence(manifest)
        if not ours or manifest.name in known or not urls or kinds is None:
            continue
        text = render(
            "gitops",
            "argocd/own-project.yaml.j2",
            project=manifest.name,
            home=manifest.namespace or "argocd",
            urls=urls,
            server=server,
            namespace=namespace,
            kinds=kinds,
        )
        path = f"{manifest.file.folder}/{manifest.name}-project.yaml".lstrip("/")
        reason = f"Application/{manifest.name} may read its source and change its namespace only"
        yield Generate(manifest.file.root.name, path, text, reason, Risk.MEDIUM)


def _fenced(site: Site[Settings]) -> Iterator[tuple[Manifest, Edit]]:
    """A project that allows everything gets what its Applications need."""
    applications = list(objects(site, "argoproj.io", "Application"))
    for manifest in objects(site, "argoproj.io", "AppProject"):
        spec = manifest.node.at("spec")
        members = [a for a in applications if a.node.at("spec", "project").text == manifest.name]
        fences = [f for f in map(_fence, members) if f[0]]
        if manifest.source != "file" or not fences or len(fences) != len(members):
            continue
        made = tuple(_narrowed(spec, fences, _document(manifest)))
        reason = f"AppProject/{manifest.name} allows what its Applications name"
        file = manifest.file
        if made:
            yield manifest, Edit(file.root.name, file.path, made, reason, Risk.HIGH)


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
