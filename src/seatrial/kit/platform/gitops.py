"""What a controller takes from git: Argo CD, Flux, Config Sync and Fleet as one type, the delivery.

Objects are found wherever they stand: raw files, charts, kustomizations, Terraform.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from typing import Final

from seatrial.kit.platform.gitops_sources import ARGO, CONFIG_SYNC, FLEET, FLUX, Source, sources_of
from seatrial.kit.platform.live import live_manifests
from seatrial.kit.site import Site, once
from seatrial.model.place import Place
from seatrial.model.struct import replace, struct
from seatrial.repo.environments import environment_of
from seatrial.repo.kubernetes.manifests import Manifest
from seatrial.repo.yaml import Node

__all__ = [
    "ARGO",
    "CONFIG_SYNC",
    "FLEET",
    "FLUX",
    "Delivery",
    "Source",
    "all_deliveries",
    "deliveries",
]

At = Callable[..., Place]
"""Place of a key in the object, as `Manifest.place`."""
_KINDS: Final = {
    ("argoproj.io", "Application"): ARGO,
    ("argoproj.io", "ApplicationSet"): ARGO,
    ("kustomize.toolkit.fluxcd.io", "Kustomization"): FLUX,
    ("helm.toolkit.fluxcd.io", "HelmRelease"): FLUX,
    ("configsync.gke.io", "RootSync"): CONFIG_SYNC,
    ("configsync.gke.io", "RepoSync"): CONFIG_SYNC,
    ("fleet.cattle.io", "GitRepo"): FLEET,
}


@struct(eq=False)
class Delivery:
    """One object that makes a controller deliver from git.

    Attributes:
        spec: what is delivered; for an ApplicationSet the `spec` of its template.
        root: the object.
        at: place of a key below the object.
        environments: environments that it delivers to; empty when it names none.
    """

    tool: str
    kind: str
    name: str
    root: Node
    spec: Node
    at: At
    sources: tuple[Source, ...]
    environments: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Kind and name."""
        return f"{self.kind}/{self.name}" if self.name else self.kind

    @property
    def place(self) -> Place:
        """Where the object starts."""
        return self.at()

    @property
    def steps(self) -> tuple[str | int, ...]:
        """Keys from the object to `spec`."""
        return ("spec", "template", "spec") if self.kind == "ApplicationSet" else ("spec",)

    @property
    def is_suspended(self) -> bool:
        """True when it was told to stand still."""
        return self.spec.at("suspend").value is True or self.spec.at("paused").value is True

    @property
    def is_automatic(self) -> bool:
        """True when a change in git arrives without a person."""
        if self.tool != ARGO:
            return not self.is_suspended
        automated = self.spec.at("syncPolicy", "automated")
        return bool(automated) and automated.at("enabled").value is not False

    @property
    def prunes(self) -> bool:
        """True when what disappears from git is deleted."""
        if self.tool == ARGO:
            return self.spec.at("syncPolicy", "automated", "prune").value is True
        return self.kind != "Kustomization" or self.spec.at("prune").value is True

    @property
    def heals(self) -> bool:
        """True when a change by hand is undone."""
        if self.tool == ARGO:
            return self.spec.at("syncPolicy", "automated", "selfHeal").value is True
        return True

    @property
    def options(self) -> tuple[str, ...]:
        """Sync options of Argo CD."""
        return tuple(n.text for n in self.spec.at("syncPolicy", "syncOptions").items())

    @property
    def project(self) -> str:
        """Argo CD's project; empty when none is named (which means `default`)."""
        return self.spec.at("project").text

    @property
    def is_preview(self) -> bool:
        """True when it makes something for every pull request or branch."""
        generators = self.root.at("spec", "generators")
        return any(
            str(path[-1]) in {"pullRequest", "scmProvider"}
            for path, _ in generators.walk()
            if path and len(path) < 6  # noqa: PLR2004 (matrix and merge nest generators twice)
        )


@once
def all_deliveries(site: Site[object]) -> tuple[Delivery, ...]:
    """All deliveries, previews and suspended ones among them."""
    from seatrial.kit.platform.gitops_terraform import declared

    found = [d for m in live_manifests(site) for d in _of_manifest(m)]
    return tuple(_generated(site, one) for one in (*found, *declared(site)))


def _generated(site: Site[object], one: Delivery) -> Delivery:
    """A set with the environments that the folders or files of its git generator name."""
    if one.environments or one.kind != "ApplicationSet":
        return one
    patterns = [
        node.at("path").text
        for path, node in one.root.at("spec", "generators").walk()
        if len(path) > 1 and path[-2] in {"directories", "files"} and "*" in node.at("path").text
    ]
    names = [
        found
        for pattern in patterns
        for path in _paths(site)
        if fnmatchcase(path, pattern) and (found := environment_of(path))
    ]
    return replace(one, environments=tuple(dict.fromkeys(names)))


@once
def _paths(site: Site[object]) -> tuple[str, ...]:
    files = [f.path for f in site.repo.files()]
    folders = {f.rpartition("/")[0] for f in files}
    return (*sorted(folders), *files)


@once
def deliveries(site: Site[object]) -> tuple[Delivery, ...]:
    """Deliveries to environments that last, suspended ones left out."""
    return tuple(
        d
        for d in all_deliveries(site)
        if not d.is_suspended and not d.is_preview and not _reads_previews(site, d)
    )


def _reads_previews(site: Site[object], one: Delivery) -> bool:
    """True for one that only reads sets of previews and their projects from a folder."""
    folders = [s.path.partition("${")[0].strip("/") for s in one.sources]
    if len(folders) != 1 or not folders[0]:
        return False
    held = [
        m
        for m in live_manifests(site)
        if m.source == "file" and m.file.path.startswith(f"{folders[0]}/")
    ]
    sets = [d for m in held if m.kind == "ApplicationSet" for d in _of_manifest(m)]
    others = [m for m in held if m.kind not in {"ApplicationSet", "AppProject"}]
    return bool(sets) and not others and all(d.is_preview for d in sets)


def objects(site: Site[object], group: str, *kinds: str) -> Iterator[Manifest]:
    """Yield live objects of a group's kinds (`argoproj.io`, `AppProject`)."""
    for manifest in live_manifests(site):
        if manifest.group == group and manifest.kind in kinds:
            yield manifest


def _of_manifest(manifest: Manifest) -> Iterator[Delivery]:
    made = delivery(
        manifest.group, manifest.kind, manifest.node, manifest.place, manifest.environments
    )
    if made:
        yield made


def delivery(
    group: str, kind: str, node: Node, at: At, environments: tuple[str, ...] = ()
) -> Delivery | None:
    """The delivery of an object; None when it is none.

    Args:
        group: API group.
        kind: kind of the object.
        node: the object.
        at: place of a key in it.
        environments: those that its file or overlay names; guessed from its words when empty.
    """
    tool = _KINDS.get((group, kind))
    if tool is None:
        return None
    set_of = kind == "ApplicationSet"
    spec = node.at("spec", "template", "spec") if set_of else node.at("spec")
    steps: tuple[str | int, ...] = ("spec", "template", "spec") if set_of else ("spec",)
    sources = tuple(sources_of(tool, spec, steps))
    name = node.at("metadata", "name").text
    named = environments or _environments(name, node, spec, sources)
    return Delivery(tool, kind, name, node, spec, at, sources, named)


def _environments(
    name: str, node: Node, spec: Node, sources: tuple[Source, ...]
) -> tuple[str, ...]:
    """Environments that the words of an object name; the generators of a set name several."""
    generated = tuple(
        dict.fromkeys(
            found
            for path, one in node.at("spec", "generators").walk()
            if one.kind == "scalar" and "selector" not in path
            if (found := environment_of(one.text))
        )
    )
    if generated:
        return generated
    words = [name, spec.at("destination", "namespace").text, spec.at("destination", "name").text]
    words += [spec.at("targetNamespace").text]
    for source in sources:
        words += [*reversed(source.values), source.path]
    found = next((e for w in words if w and "{{" not in w and (e := environment_of(w))), None)
    return (found,) if found else ()
