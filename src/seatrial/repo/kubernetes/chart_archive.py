"""A chart's files on their way to the renderer, and the charts that it declares."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from seatrial.model.place import Place
from seatrial.model.struct import struct
from seatrial.repo.files import File
from seatrial.repo.kubernetes import helm

_NEEDS_CLUSTER_API: Final = r'[$\w.]*\.Capabilities\.APIVersions\.Has\s+"([^"]+)"'


@struct
class Dependency:
    """A chart that another one declares in its Chart.yaml (or requirements.yaml).

    Attributes:
        key: name under which values reach it: its alias, or its name.
        vendored: True when it lies under `charts/`, unpacked or packed.
        local: folder of the chart in the same repository that a `file://` names, else empty.
    """

    name: str
    version: str
    repository: str
    condition: str
    place: Place
    key: str
    vendored: bool
    local: str = ""


def prepared(path: str, file: File, *, filled: bool, schema: bool) -> Iterator[tuple[str, str]]:
    """A chart's file as it is handed to the renderer, with what depends on a cluster settled."""
    if path.endswith("values.schema.json") and not schema:
        return
    text = file.text
    check_size(path, text)
    if "templates/" in path:
        if ".Capabilities.APIVersions" in text:
            text = re.sub(_NEEDS_CLUSTER_API, _assumed_api, text)
        if filled:
            # `required "why" .Values.x` becomes a default, for a value that is given at deployment.
            text = re.sub(r'\brequired\s+("(?:[^"\\]|\\.)*"|\([^()]*\))', _DEFAULT, text)
    yield path, text


_DEFAULT: Final = f'default "{helm.SET_AT_DEPLOY}"'


def _assumed_api(found: re.Match[str]) -> str:
    # Groups of operators are taken as installed, since a chart that asks for them is made for them.
    group = found[1].partition("/")[0]
    builtin = "." not in group or (group.endswith(".k8s.io") and "gateway" not in group)
    return found[0] if builtin else "(true)"


def check_size(path: str, text: str) -> None:
    """Refuse a template that makes something huge of a number in its text.

    Raises:
        helm.HelmError: it would fill the memory, which no deadline guards against.
    """
    if "templates/" in path and re.search(_HUGE, text):
        raise helm.HelmError("a template makes something of a million parts or more", path)


_HUGE: Final = r"\b(?:until|untilStep|repeat|seq|rand[A-Z]\w*)\b[^}]*?[^\w.]\d{7,}"
