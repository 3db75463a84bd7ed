"""The routes of a new module in a Django project, and what lets probes reach them."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.model.change import Edit, Risk
from seatrial.model.edit import InsertText
from seatrial.practices.health_checks.djangofacts import imported, is_guarded, middleware_lists
from seatrial.practices.health_checks.webapps import Web


def routed(app: Web, module: str, why: str) -> Iterator[Edit]:
    """Yield the edits that let the project answer with the routes of a module beside its own.

    Args:
        app: the project.
        module: name of the module.
        why: the reason.
    """
    target = f"{app.package}.{module}" if app.package else module
    entry = InsertText(f'    path("", include("{target}")),\n', after=f"{app.line}\n")
    edits = (*(imported(app.file) or ()), entry)
    yield Edit(app.file.root.name, app.file.path, edits, why, Risk.MEDIUM)
    if not is_guarded(app.file.root):
        return
    why = "a probe asks by the pod's address, which Django's check of the host refuses"
    for file, line in middleware_lists(app.file.root):
        quote = "'" if file.text.count("'") > file.text.count('"') else '"'
        first = InsertText(f"    {quote}{target}.answer_first{quote},\n", after=f"{line}\n")
        yield Edit(file.root.name, file.path, (first,), why, Risk.MEDIUM)
