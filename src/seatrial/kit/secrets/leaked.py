"""What the inventory admits to have stood in git: files by path, each with what it held.

Nothing takes a credential back that a clone may hold. What counts is whether it was replaced since,
and no file can show that: where the inventory names the file, the answer lies in the live systems.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from seatrial.kit.site import Site, once
from seatrial.model.place import Place

INVENTORY: Final = ("credentials.yaml", "credentials.yml")
"""File names of an inventory of credentials."""
LEAKED: Final = "leaked"
"""Its key for what stood in git."""
SHOWN_BY: Final = (
    "GITHUB_TOKEN with secrets:read, LINODE_TOKEN or SEATRIAL_POSTGRES_URL, which show when each"
    " was last changed"
)
"""The credentials that would show whether something was replaced."""


@once
def leaked(site: Site[object]) -> Mapping[str, Place]:
    """Paths of files that the inventory lists as leaked, each with its place in the inventory."""
    found: dict[str, Place] = {}
    for file in site.repo.files():
        if file.name in INVENTORY and LEAKED in file.text:
            node = file.yaml.first.at(LEAKED)
            for path in node.names():
                found.setdefault(path, file.place(node.line_of(path)))
    return found
