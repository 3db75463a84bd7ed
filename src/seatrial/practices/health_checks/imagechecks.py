"""A health check in the image, where no platform has one: Docker itself then asks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.platform.live import is_aside
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Leave, Risk
from seatrial.model.edit import InsertText
from seatrial.model.finding import Outcome
from seatrial.practices.health_checks.endpoints import alive_path
from seatrial.practices.health_checks.webapps import web
from seatrial.repo.code.dockerfiles import Dockerfile

_PYTHON: Final = (
    "import urllib.request as r; r.urlopen('http://127.0.0.1:{port}{path}', timeout=2)",
    ("python", "-c"),
)
_NODE: Final = (
    "fetch('http://127.0.0.1:{port}{path}').then((r) => process.exit(r.ok ? 0 : 1))",
    ("node", "-e"),
)


def image_checks(site: Site[object]) -> Iterator[Edit | Leave]:
    """Yield a `HEALTHCHECK` for the image that serves; without a path or a client it is left."""
    from seatrial.practices.health_checks.audit import no_health_check

    faults = [o for o in no_health_check.look(site) if o.outcome is Outcome.FAULT]  # type: ignore[arg-type]
    if not faults:
        return
    path = alive_path(site) if web(site) else ""
    made = [e for d in site.repo.dockerfiles if path and (e := _edit(d, path))]
    yield from made
    if not made:
        yield Leave(f"{faults[0].message}: add a HEALTHCHECK to the image", faults[0].place)


def _edit(dockerfile: Dockerfile, path: str) -> Edit | None:
    file = dockerfile.file
    ports = [p.partition("/")[0] for p in dockerfile.exposes]
    start = dockerfile.effective("ENTRYPOINT") or dockerfile.effective("CMD")
    base = dockerfile.base
    name = base.name.rpartition("/")[2] if base else ""
    client = {"python": _PYTHON, "node": _NODE}.get(name)
    if is_aside(file.path) or len(ports) != 1 or not ports[0].isdigit() or not client or not start:
        return None
    line = file.lines[start.line - 1]
    if file.lines.count(line) != 1:
        return None
    script, words = client
    asked = script.format(port=ports[0], path=path)
    listed = ", ".join(f'"{word}"' for word in (*words, asked))
    text = (
        "HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \\\n"
        f"  CMD [{listed}]\n"
    )
    why = "Docker can tell whether the application answers"
    return Edit(
        file.root.name, file.path, (InsertText(text, before=f"{line}\n"),), why, Risk.MEDIUM
    )
