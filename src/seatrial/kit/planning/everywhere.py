"""Releases that exist in some environments only: the edit that gives them to all."""

from __future__ import annotations

import re
from typing import Final

from seatrial.kit.site import Site
from seatrial.model.change import Edit, Leave, Risk
from seatrial.model.edit import DropAttribute, InsertText
from seatrial.repo.infrastructure.tfhelm import HelmRelease

_BY_NAME: Final = re.compile(r"terraform\.workspace|var\.(?:environment|env|stage|workspace)\b")


def everywhere(site: Site[object], release: HelmRelease, why: str) -> Edit | Leave | None:
    """Drop the condition that limits a release to some environments; None when it has none.

    Terraform keeps the object that is there: a `moved` block says that what was the first of a
    count is now the only one.
    `why` says what the environments would lack, for the reason.
    """
    block = release.block
    condition = block.attr("count")
    if condition is None or not _lacking(site, release):
        return None
    if not _BY_NAME.search(condition.text):
        text = f"{block.address} exists where `{condition.text}` says so: {why}"
        return Leave(f"{text}; decide it for every environment", condition.place)
    indexed = re.compile(rf"\b{re.escape(block.address)}\[")
    if any(indexed.search(file.text) for file in release.module.files):
        text = f"other code counts on {block.address}[0]: take the index away there and its count"
        return Leave(text, condition.place)
    address = block.address
    moved = f"moved {{\n  from = {address}[0]\n  to   = {address}\n}}\n\n"
    head = _head(release)
    return Edit(
        release.module.root.name,
        release.place.path,
        (
            DropAttribute((f"resource {' '.join(block.labels)}",), "count"),
            InsertText(moved, before=head, there=f"  from = {address}[0]"),
        ),
        f"{release.name} exists in every environment: {why}",
        Risk.MEDIUM,
    )


def _lacking(site: Site[object], release: HelmRelease) -> bool:
    names = [e.name for e in site.environments]
    return any(not release.limit.covers(name) for name in names)


def _head(release: HelmRelease) -> str:
    """The block's first line with the comments above it."""
    place = release.place
    lines = release.module.root.files[place.path].lines
    first = place.line - 1
    while first and lines[first - 1].lstrip().startswith(("#", "//")):
        first -= 1
    return "".join(f"{line}\n" for line in lines[first : place.line])
