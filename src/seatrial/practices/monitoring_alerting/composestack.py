"""Prometheus and Alertmanager for a system that Docker Compose runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.composed import FOLDER, beside, included
from seatrial.kit.planning.render import render
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Generate, Leave
from seatrial.model.edit import EnsureLine
from seatrial.practices.monitoring_alerting.paging import INHIBITIONS, RECEIVERS, ROUTE
from seatrial.practices.monitoring_alerting.services import measured
from seatrial.practices.monitoring_alerting.settings import Settings
from seatrial.repo.code.compose import Compose

_PRACTICE: Final = "monitoring_alerting"
_FILE: Final = "compose.monitoring.yaml"


def compose_stack(site: Site[Settings], compose: Compose) -> Iterator[Generate | Edit | Leave]:
    """Yield both as services of a file that the team's own includes."""
    root = compose.file.root.name
    why = "measures the services and brings alerts to people"
    yield Generate(root, beside(compose, _FILE), render(_PRACTICE, f"{_FILE}.j2"), why)
    scraped = render(
        _PRACTICE, "observability/prometheus.yml.j2", services=measured(site), system=root
    )
    yield Generate(root, beside(compose, f"{FOLDER}/prometheus.yml"), scraped, why)
    routes = f"route:\n{_in(ROUTE)}receivers:\n{_in(RECEIVERS)}inhibit_rules:\n{_in(INHIBITIONS)}"
    yield Generate(root, beside(compose, f"{FOLDER}/alertmanager.yml"), routes, why)
    yield included(compose, _FILE, "start Prometheus and Alertmanager with the rest")
    secrets = beside(compose, f"{FOLDER}/secrets/")
    line = EnsureLine(f"/{secrets}")
    yield Edit(root, ".gitignore", (line,), "addresses of the alerts' receivers stay out of git")
    text = f"put `slack-url` and `deadman-url` into {secrets} on the host; until then alerts reach"
    yield Leave(f"{text} nobody", credential="an incoming webhook")
    if not measured(site):
        text = "no service counts its requests in a way that is known: add a metrics library, so"
        yield Leave(f"{text} that an objective can be stated", compose.place)


def _in(text: str) -> str:
    return "".join(f"  {line}\n" for line in text.splitlines())
