"""A store and a collector for a system that Docker Compose runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.composed import FOLDER, beside, included
from seatrial.kit.planning.render import render
from seatrial.model.change import Edit, Generate
from seatrial.practices.centralized_logging.loki import DAYS
from seatrial.repo.code.compose import Compose

_FILE: Final = "compose.logging.yaml"


def compose_logs(compose: Compose) -> Iterator[Generate | Edit]:
    """Yield Loki and Alloy as services of a file that the team's own includes."""
    root = compose.file.root.name
    why = "keeps the logs of all containers for a month, without secrets"
    for path in (_FILE, f"{FOLDER}/loki.yaml", f"{FOLDER}/config.alloy"):
        text = render("centralized_logging", f"{path}.j2", days=DAYS)
        yield Generate(root, beside(compose, path), text, why)
    yield included(compose, _FILE, "start store and collector with the rest")
