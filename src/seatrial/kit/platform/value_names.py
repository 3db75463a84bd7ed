"""Which values a chart names: in its own templates, in borrowed ones, in files and in values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from seatrial.kit.platform.template_paths import NamedPaths, named_paths, templates_in
from seatrial.repo.kubernetes.charts import Chart


def named_by(chart: Chart, environment: str | None) -> NamedPaths:
    """Values that a chart's templates name, in what they borrow from libraries as well."""
    texts = [file.text for file in chart.templates]
    texts += _borrowed(texts, chart)
    if any(".Files" in text for text in texts):
        texts += [
            f.text
            for p, f in chart.files.items()
            if not p.startswith(("templates/", "charts/")) and "{{" in f.text
        ]
    if any("tpl" in text for text in texts):
        texts += templates_in(chart.default_values)
        texts += templates_in(chart.overrides(environment))
    return named_paths(texts)


def _borrowed(texts: Sequence[str], chart: Chart) -> list[str]:
    """Named templates of subcharts that the chart uses, and those that they use in turn."""
    own = "\n".join(texts)
    wanted = set(re.findall(_USE, own)) - set(re.findall(_DEFINITION, own))
    if not wanted:
        return []
    if re.search(r"(?:include|template)\s+[^\"\s]", own):
        return list(chart.vendored_texts)  # a computed name may be any of them
    bodies: dict[str, str] = {}
    for text in chart.vendored_texts:
        starts = list(re.finditer(_DEFINITION, text))
        ends = [*(s.start() for s in starts[1:]), len(text)]
        for start, end in zip(starts, ends, strict=False):
            body = text[start.end() : end]
            bodies.setdefault(start[1], f'{{{{ define "x" }}}}{body.partition("}}")[2]}')
    found: dict[str, str] = {}
    while wanted:
        name = wanted.pop()
        if name in bodies and name not in found:
            found[name] = bodies[name]
            wanted |= set(re.findall(_USE, bodies[name]))
    return list(found.values())


_USE: Final = r'(?:include|template)\s+"([^"]+)"'
_DEFINITION: Final = r'(?:define|block)\s+"([^"]+)"'
