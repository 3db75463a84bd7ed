"""Metrics in the application, where it exposes none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.pyapps import PyApp, add
from seatrial.kit.planning.pydeps import require
from seatrial.kit.planning.render import render
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Generate, Leave, Risk
from seatrial.practices.monitoring_alerting.services import uninstrumented
from seatrial.practices.monitoring_alerting.settings import Settings

_MODULE: Final = "metrics"
_CALLS: Final = {"asgi": "expose_metrics", "flask": "expose_flask_metrics"}
_BOUNDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
LIBRARY: Final = "prometheus-client==0.26.0"


def instrumented(site: Site[Settings]) -> Iterator[Generate | Edit | Leave]:
    """Yield a metrics module for each folder with a web application, and the call of it."""
    by_home: dict[tuple[str, str], list[PyApp]] = defaultdict(list)
    for app in uninstrumented(site):
        by_home[app.file.root.name, app.beside(_module(app))].append(app)
    for (repository, path), apps in by_home.items():
        bound = site.settings.latency_seconds
        bounds = sorted({*_BOUNDS, float(bound)})
        text = render(
            "monitoring_alerting",
            "app/metrics.py.j2",
            kinds=sorted({app.kind for app in apps}),
            bound=f"{bound:g}",
            buckets=", ".join(f"{b:g}" for b in bounds),
        )
        why = "the application counts its requests and their times for Prometheus"
        yield Generate(repository, path, text, why, Risk.MEDIUM)
        for app in apps:
            name = _CALLS[app.kind]
            yield add(app, _module(app), name, f"{name}({app.variable})", why, first=False)
        yield require(apps[0].file.root, LIBRARY, why)


def _module(app: PyApp) -> str:
    """A name that is still free."""
    taken = app.beside(_MODULE) in app.file.root.files
    return f"request_{_MODULE}" if taken else _MODULE
