"""Checks of charts and Terraform that a workflow runs on proposed changes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from seatrial.kit.platform.live import is_aside
from seatrial.kit.site import Site
from seatrial.model.struct import struct
from seatrial.repo.files import Root

TERRAFORM: Final = "1.11.4"
"""Version for configurations that name none."""
KUBECONFORM: Final = (
    "ghcr.io/yannh/kubeconform:v0.7.0"
    "@sha256:85dbef6b4b312b99133decc9c6fc9495e9fc5f92293d4ff3b7e1b30f5611823c"
)
_GROUPS: Final = frozenset(
    "networking.k8s.io rbac.authorization.k8s.io storage.k8s.io scheduling.k8s.io"
    " policy.k8s.io admissionregistration.k8s.io apiextensions.k8s.io apiregistration.k8s.io"
    " coordination.k8s.io discovery.k8s.io node.k8s.io certificates.k8s.io events.k8s.io".split()
)
_VERSION: Final = re.compile(r'required_version\s*=\s*"([^"\n]+)"')


@struct
class ChartCheck:
    """One chart.

    Attributes:
        folder: of the chart, `.` for the root.
        values: paths or patterns of the values files of its environments; each is rendered.
        fetches: True when dependencies have to be fetched first.
    """

    folder: str
    values: tuple[str, ...]
    fetches: bool


@struct
class TerraformCheck:
    """One root module.

    Attributes:
        folder: `.` for the root of the repository.
        version: of Terraform, as `setup-terraform` understands it.
    """

    folder: str
    version: str


@struct
class ManifestCheck:
    """Manifests that a schema is asked for.

    Attributes:
        paths: files, and folders that hold nothing else.
        skipped: custom kinds, which Kubernetes itself has no schema of.
    """

    paths: tuple[str, ...]
    skipped: tuple[str, ...]


def manifest_check(site: Site[object], root: Root) -> ManifestCheck | None:
    """Plain manifests of a repository."""
    own = [
        m
        for m in site.repo.manifests
        if m.file.root is root and m.source == "file" and not is_aside(m.file.path)
    ]
    plain = [m for m in own if m.file.suffix in {".yaml", ".yml"} and not m.is_patch]
    files = {m.file.path for m in plain if not m.file.path.startswith(".github/")}
    if not files:
        return None
    custom = {m.kind for m in plain if not _is_built_in(m.api_version)}
    return ManifestCheck(tuple(_paths(root, files)), tuple(sorted(custom)))


def _is_built_in(version: str) -> bool:
    group, slash, _ = version.partition("/")
    return not slash or "." not in group or (group.endswith(".k8s.io") and group in _GROUPS)


def _paths(root: Root, files: set[str]) -> Iterator[str]:
    """Folders all of whose YAML are these files, and the other files by themselves."""
    texts = {p for p, f in root.files.items() if f.suffix in {".yaml", ".yml"}}
    pure = {
        folder
        for folder in {p.rpartition("/")[0] for p in files} - {""}
        if {p for p in texts if p.startswith(f"{folder}/")} <= files
    }
    tops = sorted(f for f in pure if not any(f.startswith(f"{other}/") for other in pure))
    yield from tops
    yield from sorted(p for p in files if not any(p.startswith(f"{top}/") for top in tops))


def chart_checks(site: Site[object], root: Root) -> Iterator[ChartCheck]:
    """Charts of a repository."""
    for chart in site.repo.charts:
        if chart.root is not root or chart.is_part or chart.metadata.at("type").text == "library":
            continue
        values = [v.file.path for v in chart.values_files if not v.inline and v.file.root is root]
        fetches = any(
            d.repository and not d.repository.startswith("file:") for d in chart.dependencies
        )
        yield ChartCheck(chart.folder or ".", _patterns(values), fetches)


def _patterns(paths: list[str]) -> tuple[str, ...]:
    """Paths, those of one folder that are named alike (`values-dev.yaml`) as one pattern."""
    found: dict[str, None] = {}
    for path in paths:
        folder, _, name = path.rpartition("/")
        alike = re.fullmatch(r"(values[-._])[\w.-]+(\.ya?ml)", name)
        above = f"{folder}/" if folder else ""
        found[f"{above}{alike[1]}*{alike[2]}" if alike else path] = None
    return tuple(found)


def terraform_checks(site: Site[object], root: Root) -> Iterator[TerraformCheck]:
    """Root modules of a repository that are no examples."""
    for module in site.repo.terraform.modules:
        if module.root is root and module.is_root and not module.is_example:
            yield TerraformCheck(module.folder or ".", _version(root, module.folder))


def _version(root: Root, folder: str) -> str:
    for file in root.files.values():
        if file.folder == folder and file.suffix == ".tf":
            found = _VERSION.search(file.text)
            if found:
                return found[1]
    return TERRAFORM
