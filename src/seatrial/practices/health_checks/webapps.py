"""The application that serves users and where endpoints can be added to it, by framework."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.pyapps import PyApp, python_apps
from seatrial.kit.platform.live import is_aside
from seatrial.kit.site import Site, once
from seatrial.model.struct import struct
from seatrial.repo.files import File

_EXPRESS: Final = re.compile(r"^(?:const|let|var) (\w+) = express\(\);?[ \t]*$", re.MULTILINE)
_LIST: Final = re.compile(r"^urlpatterns\s*(?::[^=\n]+)?=\s*\[[ \t]*$", re.MULTILINE)
_SCRIPTS: Final = (".js", ".mjs", ".cjs", ".ts")


@struct(eq=False)
class Web:
    """An application that answers requests.

    Attributes:
        kind: `asgi` (FastAPI), `flask`, `django` or `express`.
        file: that makes the application; for Django the root list of routes.
        line: the line of it behind which something can be added, as it is written.
        variable: name of the application; empty for Django.
        python: the same as a Python application; None for the others.
    """

    kind: str
    file: File
    line: str
    variable: str = ""
    python: PyApp | None = None


@once
def web(site: Site[object]) -> Web | None:
    """The only application that serves; None where there is none, or more than one."""
    found = [*_python(site), *_django(site), *_express(site)]
    return found[0] if len(found) == 1 else None


def _python(site: Site[object]) -> Iterator[Web]:
    for app in python_apps(site):
        made = "FastAPI(" in app.file.text if app.kind == "asgi" else "Flask(" in app.file.text
        if app.kind in {"asgi", "flask"} and made:
            yield Web(app.kind, app.file, "", app.variable, app)


def _django(site: Site[object]) -> Iterator[Web]:
    for root in site.repo.roots:
        roots = {
            found[1].replace(".", "/") + ".py"
            for file in root.files.values()
            if file.suffix == ".py" and "ROOT_URLCONF" in file.text
            for found in [re.search(r"ROOT_URLCONF\s*=\s*[\"']([\w.]+)[\"']", file.text)]
            if found
        }
        for path, file in root.files.items():
            fits = any(path == one or path.endswith(f"/{one}") for one in roots)
            match = _LIST.search(file.text) if fits and not is_aside(path) else None
            if match and re.search(r"\bpath\b", file.text[: match.start()]):
                yield Web("django", file, match[0].rstrip())


def _express(site: Site[object]) -> Iterator[Web]:
    for root in site.repo.roots:
        for path, file in root.files.items():
            if file.suffix not in _SCRIPTS or is_aside(path) or "express" not in file.text:
                continue
            found = _EXPRESS.findall(file.text)
            match = _EXPRESS.search(file.text)
            if match and len(found) == 1 and file.suffix != ".ts":
                yield Web("express", file, match[0], found[0])
