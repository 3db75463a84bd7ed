"""The application that serves users and where endpoints can be added to it, by framework."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.pyapps import PyApp, python_apps
from seatrial.kit.platform.live import is_aside
from seatrial.kit.site import Site, once
from seatrial.model.struct import struct
from seatrial.practices.health_checks.djangofacts import takes_routes
from seatrial.repo.files import File

_EXPRESS: Final = re.compile(
    r"^[ \t]*(?:export )?(?:const|let|var) (\w+)(?:: ?[\w.]+)? ="
    r" (?:express|require\([\"']express[\"']\))\(\);?[ \t]*$",
    re.MULTILINE,
)
_LIST: Final = re.compile(r"^urlpatterns\s*(?::[^=\n]+)?=\s*\[[ \t]*$", re.MULTILINE)
_IMPORT: Final = re.compile(r"import\b.*[\"'];?|\} from .*|(?:const|let|var)\b.*= require\(.*")
SCRIPTS: Final = frozenset({".js", ".mjs", ".cjs", ".ts"})
_BUILT: Final = frozenset("dist build out public static assets coverage migrations".split())
_TESTS: Final = re.compile(r"\.(?:test|spec|d)\.[cm]?[jt]s$")


@struct(eq=False)
class Web:
    """An application that answers requests.

    Attributes:
        kind: `asgi` (FastAPI), `flask`, `django` or `express`.
        file: that makes the application; for Django the root list of routes.
        line: the line of it behind which something can be added, as it is written.
        variable: name of the application; empty for Django.
        package: dotted package of the file's folder, as its imports name it; empty for Node.
        python: the same as a Python application; None for the others.
    """

    kind: str
    file: File
    line: str
    variable: str = ""
    package: str = ""
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
            yield Web(app.kind, app.file, "", app.variable, app.package, app)


def _django(site: Site[object]) -> Iterator[Web]:
    for root in site.repo.roots:
        names = {
            found[1]
            for path, file in root.files.items()
            if file.suffix == ".py" and "ROOT_URLCONF" in file.text and not is_aside(path)
            for found in [re.search(r"ROOT_URLCONF\s*=\s*[\"']([\w.]+)[\"']", file.text)]
            if found
        }
        for name in sorted(names):
            end = f"{name.replace('.', '/')}.py"
            fits = [
                file
                for path, file in root.files.items()
                if f"/{path}".endswith(f"/{end}") and not is_aside(path)
            ]
            match = _LIST.search(fits[0].text) if len(fits) == 1 else None
            if match and takes_routes(fits[0], match[0].rstrip()):
                yield Web("django", fits[0], match[0].rstrip(), package=name.rpartition(".")[0])


def _express(site: Site[object]) -> Iterator[Web]:
    for root in site.repo.roots:
        for path, file in root.files.items():
            if file.suffix not in SCRIPTS or not is_source(path) or "express" not in file.text:
                continue
            found = list(_EXPRESS.finditer(file.text))
            line = found[0][0].strip("\n") if len(found) == 1 else ""
            if line and file.lines.count(line) == 1 and import_line(file, line):
                yield Web("express", file, line, found[0][1])


def import_line(file: File, line: str) -> str:
    """The last line that imports something down to a line; empty unless it stands once."""
    above = file.lines[: file.lines.index(line) + 1]
    found = [one for one in above if _IMPORT.fullmatch(one) and file.lines.count(one) == 1]
    return found[-1] if found else ""


def is_source(path: str) -> bool:
    """True for code that people write and that runs: no test, no example, nothing built."""
    return (
        not is_aside(path)
        and not _TESTS.search(path)
        and _BUILT.isdisjoint(path.lower().split("/")[:-1])
    )
