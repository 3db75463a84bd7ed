"""Kubernetes objects: one type for raw, kustomized and rendered ones; raw files are read here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final, Literal

from seatrial.model.place import Place
from seatrial.model.struct import field, struct
from seatrial.repo.environments import environment_of
from seatrial.repo.files import File, Root
from seatrial.repo.kubernetes.manifest_text import documents
from seatrial.repo.yaml import NOTHING, Node

if TYPE_CHECKING:
    from seatrial.repo.kubernetes.charts import Chart

Source = Literal["file", "chart", "kustomize", "terraform", "helmfile"]

_TEMPLATED: Final = frozenset(
    {"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job"}
    | {"Rollout", "DeploymentConfig"}
)
_POD_PATHS: Final[dict[str, tuple[str, ...]]] = {
    "Pod": ("spec",),
    "CronJob": ("spec", "jobTemplate", "spec", "template", "spec"),
    "PodTemplate": ("template", "spec"),
} | dict.fromkeys(_TEMPLATED, ("spec", "template", "spec"))
_KUSTOMIZATION_FILES: Final = frozenset(
    {"kustomization.yaml", "kustomization.yml", "Kustomization"}
)


# Configuration of tools that borrows the form of Kubernetes objects; no cluster gets it.
_TOOLS: Final = frozenset(
    "skaffold backstage.io kustomize.config.k8s.io kind.x-k8s.io k3d.io ctlptl.dev"
    " config.kubernetes.io".split()
)


@struct(eq=False)
class Manifest:
    """One Kubernetes object as a cluster gets it.

    Attributes:
        namespace: empty when the object names none.
        node: the object; for a CustomResourceDefinition of a raw file without its `spec`.
        file: the raw file, or the template that rendered it (Chart.yaml for packed subcharts).
        environments: names of the environments that get it; empty when it is tied to none.
        chart: the chart that rendered it.
        ordinal: number of the rendered document among those of its kind in its template.
        is_patch: True for a fragment that only changes another object; never listed as an object.
        origins: files of the parts that patches put in, by node.
        anchor: line that stands for the whole where `file` does not hold the object itself.
    """

    api_version: str
    kind: str
    name: str
    namespace: str
    node: Node
    file: File
    source: Source = "file"
    environments: tuple[str, ...] = ()
    chart: Chart | None = None
    ordinal: int = 0
    is_patch: bool = False
    origins: Mapping[Node, File] = field(default_factory=dict)
    anchor: int = 0

    def __repr__(self) -> str:
        """Kind, name and file, never content."""
        return f"<Manifest {self.kind}/{self.name} {self.file.path}>"

    def place(self, *path: str | int) -> Place:
        """Place of the key at a path, or of the nearest one above it that is there.

        Exact for raw and kustomized objects; for rendered ones the nearest line of the template.
        """
        if self.anchor:
            return self.file.place(self.anchor)
        if self.source == "chart":
            from seatrial.repo.kubernetes.placing import template_line

            return self.file.place(template_line(self.file, self, path))
        return self._exact(path)

    def _exact(self, path: tuple[str | int, ...]) -> Place:
        node, file = self.node, self.origins.get(self.node, self.file)
        line, column = node.line, node.column
        for step in path:
            child = node.at(step)
            if not child:
                break
            mark = node.key(step) if isinstance(step, str) else child
            file = self.origins.get(mark, self.origins.get(child, self.file))
            line, column = (mark.line, mark.column) if mark else (child.line, child.column)
            node = child
        return file.place(line, column)

    @property
    def group(self) -> str:
        """API group, empty for the core."""
        return self.api_version.rpartition("/")[0]

    @property
    def labels(self) -> dict[str, str]:
        """Labels of the object."""
        return _texts(self.node.at("metadata", "labels"))

    @property
    def annotations(self) -> dict[str, str]:
        """Annotations of the object."""
        return _texts(self.node.at("metadata", "annotations"))

    @property
    def pod_path(self) -> tuple[str, ...]:
        """Path to the pod's spec, for `place`; empty when the kind has no pods."""
        return _POD_PATHS.get(self.kind, ())

    @property
    def pod_spec(self) -> Node:
        """Spec of its pods, or `NOTHING`."""
        return self.node.at(*self.pod_path) if self.pod_path else NOTHING

    @property
    def pod_labels(self) -> dict[str, str]:
        """Labels of its pods."""
        if not self.pod_path:
            return {}
        return _texts(self.node.at(*self.pod_path[:-1], "metadata", "labels"))

    @property
    def containers(self) -> list[Node]:
        """Containers of its pods, init containers left out."""
        return [c for c in self.pod_spec.at("containers").items() if c.kind == "map"]

    @property
    def init_containers(self) -> list[Node]:
        """Init containers of its pods, native sidecars among them."""
        return [c for c in self.pod_spec.at("initContainers").items() if c.kind == "map"]


def make(
    node: Node,
    file: File,
    *,
    source: Source = "file",
    environments: tuple[str, ...] = (),
    chart: Chart | None = None,
) -> Iterator[Manifest]:
    """The object of a document, or the members of a List; nothing when it is no object."""
    kind, version = node.at("kind").text, node.at("apiVersion").text
    if not kind or not version or version.partition("/")[0] in _TOOLS:
        return
    if kind.endswith("List") and node.at("items").kind == "seq":
        for item in node.at("items").items():
            yield from make(item, file, source=source, environments=environments, chart=chart)
        return
    metadata = node.at("metadata")
    yield Manifest(
        version,
        kind,
        metadata.at("name").text or metadata.at("generateName").text,
        metadata.at("namespace").text,
        node,
        file,
        source,
        environments,
        chart,
        is_patch=source == "file" and _looks_like_patch(kind, node),
    )


def read(root: Root, skip: frozenset[str] = frozenset()) -> Iterator[Manifest]:
    """Objects of the raw manifests of a repository, patches included and marked.

    Args:
        root: the repository.
        skip: paths that belong to charts or kustomizations.
    """
    for file in list(root.files.values()):
        if file.path not in skip and _may_hold_objects(file):
            yield from objects_of(file)


def objects_of(file: File) -> tuple[Manifest, ...]:
    """Objects of one raw file; empty for templates of something and for other YAML."""
    text = file.text
    if "apiVersion:" not in text or "kind:" not in text:
        return ()
    name = environment_of(file.path)
    environments = (name,) if name else ()
    return tuple(
        manifest
        for node in documents(file, text).documents
        for manifest in make(node, file, environments=environments)
    )


_TEST_DATA: Final = frozenset({"locales", "fixtures", "cassettes", "testdata", "__snapshots__"})
_TEST_ROOTS: Final = ("test/", "tests/", "spec/", "features/", "e2e/")


def is_test_data(file: File) -> bool:
    """Whether a file lies where tests keep their material and applications their texts."""
    path = file.path
    return path.startswith(_TEST_ROOTS) or not _TEST_DATA.isdisjoint(path.split("/")[:-1])


def _may_hold_objects(file: File) -> bool:
    if not file.path.endswith((".yaml", ".yml")) or file.name in _KUSTOMIZATION_FILES:
        return False
    if is_test_data(file):
        return False
    name = file.name.lower()
    if name.startswith(("docker-compose", "compose.", "chart.", "values.", "mkdocs", "taskfile")):
        return False
    return not file.path.startswith((".github/", ".circleci/", ".gitlab"))


def _looks_like_patch(kind: str, node: Node) -> bool:
    if kind not in _TEMPLATED:
        return False
    containers = node.at("spec", "template", "spec", "containers").items()
    if not containers:
        # A Rollout may point to a Deployment instead of holding a template.
        return not node.at("spec").has("workloadRef")
    return not any(container.has("image") for container in containers)


def _texts(node: Node) -> dict[str, str]:
    return {key: child.text for key, child in node.pairs()}
