"""Checks of charts and Terraform that a workflow runs on proposed changes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from seatrial.kit.site import Site
from seatrial.model.struct import struct
from seatrial.repo.files import Root

TERRAFORM: Final = "1.11.4"
"""Version for configurations that name none."""
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


def chart_checks(site: Site[object], root: Root) -> Iterator[ChartCheck]:
    """Charts of a repository."""
    for chart in site.repo.charts:
        if chart.root is not root or chart.is_part or chart.metadata.at("type").text == "library":
            continue
        values = [
            v.file.path for v in chart.values_files if not v.inline and v.file.root is root
        ]
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
