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
    moved = f"\nmoved {{\n  from = {address}[0]\n  to   = {address}\n}}\n"
    return Edit(
        release.module.root.name,
        release.place.path,
        (
            DropAttribute((f"resource {' '.join(block.labels)}",), "count"),
            InsertText(moved, there=f"  from = {address}[0]"),
        ),
        f"{release.name} exists in every environment: {why}",
        Risk.MEDIUM,
    )


def _lacking(site: Site[object], release: HelmRelease) -> bool:
    names = [e.name for e in site.environments]
    return any(not release.limit.covers(name) for name in names)
