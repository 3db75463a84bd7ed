"""Secrets of charts whose values stand in git: what such a template holds where it is plain."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.templates import name_of, part_at
from seatrial.kit.platform.live import is_aside, live_workloads
from seatrial.kit.secrets.secretnames import words_of
from seatrial.kit.secrets.secretyaml import walked
from seatrial.kit.site import Site, once
from seatrial.model.struct import struct
from seatrial.repo.files import File
from seatrial.repo.kubernetes.charts import Chart
from seatrial.repo.kubernetes.manifests import Manifest

_USE: Final = re.compile(
    r"\{\{-?\s*\.Values\.([\w.]+)\s*((?:\|\s*(?:quote|squote|b64enc|toString)\s*)*)-?\}\}"
)
_LINE: Final = re.compile(r"  ([\w.-]+):\s+(\S.*?)\s*$")
_STORES: Final = frozenset(
    "postgres postgresql mysql mariadb mongo mongodb redis valkey rabbitmq database db cache queue"
    " broker".split()
)
_OWN: Final = frozenset("session jwt flask django rails cookie csrf signing".split())


@struct(eq=False)
class ChartSecret:
    """A Secret of a chart.

    Attributes:
        file: its template.
        first, end: 0-based line of its first line, and behind its last.
        name: expression of its name.
        keys: each key with its value; `${NAME}` stands where a value of git stood.
        paths: the values that hold credentials, each with the name that stands for it.
        trouble: why it cannot be made in the cluster; empty when it can.
    """

    chart: Chart
    file: File
    first: int
    end: int
    name: str
    keys: tuple[tuple[str, str], ...]
    paths: tuple[tuple[str, str], ...]
    trouble: str = ""


@once
def chart_secrets(site: Site[object]) -> tuple[ChartSecret, ...]:
    """Secrets whose template is filled from values that files write out, one for each template."""
    found: dict[tuple[str, int], ChartSecret] = {}
    for manifest in site.repo.manifests:
        if manifest.kind != "Secret" or manifest.source != "chart" or manifest.chart is None:
            continue
        place = manifest.place("kind")
        if (place.path, place.line) in found or is_aside(place.path):
            continue
        one = _read(site, manifest, manifest.chart)
        if one is not None:
            found[place.path, place.line] = one
    return tuple(found.values())


def written_paths(chart: Chart) -> dict[str, list[File]]:
    """Dotted paths of values that hold credentials, each with the files that write them."""
    found: dict[str, list[File]] = {}
    nodes = [(v.file, v.node) for v in chart.values_files if not v.inline]
    if chart.values_file:
        nodes.append((chart.values_file, chart.values))
    for file, node in nodes:
        for one in walked(node):
            if all(isinstance(step, str) for step in one.path):
                found.setdefault(".".join(str(s) for s in one.path), []).append(file)
    return found


def _read(site: Site[object], manifest: Manifest, chart: Chart) -> ChartSecret | None:
    file = manifest.file
    part = part_at(file, manifest.place("kind").line)
    written = written_paths(chart)
    used = [p for p in written if f".Values.{p}" in file.text]
    if not used:
        return None
    if part is None:
        return ChartSecret(chart, file, 0, 0, "", (), (), "its template is cut by conditions")
    lines = file.lines[part.first : part.end]
    names = {path: re.sub(r"[^A-Za-z0-9]+", "_", path).upper() for path in sorted(used)}
    keys, odd = _keys(lines, names)
    name = name_of(file, part)
    trouble = odd or ("" if name else "its name is computed")
    trouble = trouble or _elsewhere(chart, file, list(names)) or _foreign(site, chart, list(names))
    return ChartSecret(
        chart,
        file,
        part.whole_first,
        part.whole_end,
        name,
        tuple(keys),
        tuple(names.items()),
        trouble,
    )


def _keys(lines: list[str], names: dict[str, str]) -> tuple[list[tuple[str, str]], str]:
    keys: list[tuple[str, str]] = []
    inside = False
    for line in lines:
        if re.match(r"(?:stringData|data):\s*$", line):
            inside = True
            continue
        if not line.startswith(" "):
            inside = False
        if not inside or not line.strip() or line.lstrip().startswith("#"):
            continue
        found = _LINE.fullmatch(line)
        if found is None:
            return [], "its template does more than name values"
        text = _filled(found[2], names)
        if text is None:
            return [], f"{found[1]} is computed from a value that stands in git"
        keys.append((found[1], text))
    return keys, "" if keys else "its template does more than name values"


def _filled(text: str, names: dict[str, str]) -> str | None:
    """The value with names in place of what stood in git; quotes and base64 are left to others."""

    def put(match: re.Match[str]) -> str:
        name = names.get(match[1])
        if name:
            return f"${{{name}}}"
        return f"{{{{ .Values.{match[1]} }}}}"

    made = _USE.sub(put, text).strip()
    if made[:1] == made[-1:] and made[:1] in {'"', "'"}:
        made = made[1:-1]
    left = re.findall(r"\{\{.*?\}\}", made)
    if any(f".Values.{p}" in one for one in left for p in names) or any(
        "b64enc" in x for x in left
    ):
        return None
    return None if '"' in re.sub(r"\{\{.*?\}\}", "", made) else made


def _elsewhere(chart: Chart, file: File, paths: list[str]) -> str:
    for path, other in sorted(chart.root.files.items()):
        if other is file or not path.startswith(f"{chart.folder}/templates/"):
            continue
        for one in paths:
            if re.search(rf"\.Values\.{re.escape(one)}\b", other.text):
                return f"{path} reads {one} as well"
    return ""


def _foreign(site: Site[object], chart: Chart, paths: list[str]) -> str:
    """A value that somebody else hands out cannot be made here."""
    has_store = any(w.is_store for w in live_workloads(site) if w.manifest.chart is chart)
    for path in paths:
        words = set(words_of(path.replace(".", "_")))
        if not (words & _OWN or (has_store and words & _STORES)):
            return f"{path} is handed out by another system"
    return ""


def database_url(one: ChartSecret) -> Iterator[tuple[str, str]]:
    """Keys that hold a URL of PostgreSQL with a password, each with the user's expression."""
    for key, text in one.keys:
        found = re.fullmatch(r"postgres(?:ql)?(?:\+\w+)?://(.+?):\$\{\w+\}@\S.*", text)
        if found:
            yield key, found[1]
