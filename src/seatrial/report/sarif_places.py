"""Places in SARIF: files relative to a base, one base for each repository."""

from __future__ import annotations

from urllib.parse import quote

from seatrial.model.place import Place
from seatrial.model.record import AuditRecord, RepositoryRecord
from seatrial.report.document import Json
from seatrial.report.options import Options
from seatrial.report.phrases import folder, path_from_root

ROOT = "%SRCROOT%"
"""The checkout; what GitHub and editors resolve by themselves."""


def anchor(record: AuditRecord, options: Options) -> Place:
    """Where a fault without a place is shown; GitHub drops results that have none."""
    first = record.repositories[0].name if record.repositories else ""
    return Place(first, options.anchor)


def base_ids(record: AuditRecord, options: Options) -> Json:
    """The bases that the places of this record are relative to."""
    bases: dict[str, Json] = {ROOT: {"description": {"text": "The folder that was audited from."}}}
    if len(record.repositories) > 1:
        for repository in record.repositories:
            bases[_base(repository.name)] = _folder(repository, options)
    return bases


def physical(place: Place, record: AuditRecord, options: Options) -> Json:
    """A SARIF location."""
    return {"physicalLocation": _where(place, record, options)}


def physical_related(number: int, place: Place, record: AuditRecord, options: Options) -> Json:
    """A SARIF location with an id and a few words."""
    return {
        "id": number,
        "message": {"text": f"see {place.path}, line {place.line}"},
        "physicalLocation": _where(place, record, options),
    }


def _where(place: Place, record: AuditRecord, options: Options) -> Json:
    # With one repository the path is spelt from the checkout, which also serves readers that
    # know no base but the checkout.
    if len(record.repositories) > 1:
        uri, base = place.path, _base(place.repository)
    else:
        uri, base = path_from_root(place, record, options), ROOT
    return {
        "artifactLocation": {"uri": _uri(uri), "uriBaseId": base},
        "region": {"startLine": max(place.line, 1), "startColumn": max(place.column, 1)},
    }


def _base(name: str) -> str:
    return f"REPOSITORY_{name}"


def _folder(repository: RepositoryRecord, options: Options) -> Json:
    inside = folder(repository, options)
    path = repository.path.replace("\\", "/")
    if inside:
        return {"uri": f"{_uri(inside)}/", "uriBaseId": ROOT}
    if path.startswith("/") and path.rstrip("/") != options.root.rstrip("/"):
        return {"uri": f"file://{quote(path.rstrip('/'), errors='replace')}/"}
    return {"description": {"text": f"The repository {repository.name}."}, "uriBaseId": ROOT}


def _uri(path: str) -> str:
    # A first segment with a colon would read as a scheme; quote() spells the colon out.
    return quote(path, safe="/", errors="replace")
