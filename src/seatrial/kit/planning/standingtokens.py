"""ServiceAccount tokens that never end, taken out of manifests and Terraform."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.templates import part_at
from seatrial.kit.platform.installs import resources
from seatrial.kit.platform.live import live_manifests
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Leave, Risk
from seatrial.model.edit import DropBlock, ReplaceText

_TYPE: Final = "kubernetes.io/service-account-token"
_WHY: Final = (
    "a token that never ends is a key for whoever ever saw it: `kubectl create token` gives one of"
    " minutes when it is needed"
)


def standing_tokens(site: Site[object]) -> Iterator[Edit | Leave]:
    """Yield the edits that drop them; what somebody still reads is left."""
    done: set[tuple[str, int]] = set()
    for manifest in live_manifests(site):
        if manifest.kind != "Secret" or manifest.node.at("type").text != _TYPE:
            continue
        place = manifest.place("kind")
        if (place.path, place.line) in done:
            continue
        done.add((place.path, place.line))
        part = part_at(manifest.file, place.line)
        lines = manifest.file.lines[part.whole_first : part.whole_end] if part else []
        if not part or len(lines) == len(manifest.file.lines):
            text = f"delete Secret/{manifest.name}, a token that never ends, and its file"
            yield Leave(text, place)
            continue
        note = ""
        if manifest.chart is None and part:
            # The documents of a file keep their places: others point at them by number.
            lines = manifest.file.lines[part.first : part.end]
            note = f"# No Secret {manifest.name}: it held a token that never ends.\n"
        edit = ReplaceText("".join(f"{line}\n" for line in lines), note)
        yield Edit(manifest.file.root.name, manifest.file.path, (edit,), _WHY, Risk.HIGH)
    for module, block in resources(site, "kubernetes_secret"):
        if module.text(block.attr("type")) != _TYPE:
            continue
        named = re.compile(rf"\b{re.escape(block.address)}\b")
        if any(named.search(file.text) for file in module.files):
            text = f"{block.address} is a token that never ends, and other code reads it"
            yield Leave(f"{text}: ask for one of minutes there", block.place)
            continue
        way = f"resource {' '.join(block.labels)}"
        yield Edit(module.root.name, block.place.path, (DropBlock((way,)),), _WHY, Risk.HIGH)
