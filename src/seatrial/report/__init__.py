"""Reports: an audit's record in, one string out; pure, no I/O, no clock.

`FORMATS` is the list of formats; a format's module is imported when it is first asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from seatrial.model.record import AuditRecord
from seatrial.report.options import Doc, Options

__all__ = ["FORMATS", "Doc", "Options", "Renderer", "job_summary"]

Renderer = Callable[[AuditRecord, Options], str]


def _lazy(module: str) -> Renderer:
    def render(record: AuditRecord, options: Options) -> str:
        import importlib

        loaded: Renderer = importlib.import_module(f"seatrial.report.{module}").render
        return loaded(record, options)

    return render


FORMATS: Mapping[str, Renderer] = MappingProxyType(
    {
        "text": _lazy("text"),
        "json": _lazy("as_json"),
        "sarif": _lazy("sarif"),
        "junit": _lazy("junit"),
        "markdown": _lazy("markdown"),
        "html": _lazy("as_html"),
        "github": _lazy("github"),
    }
)
"""Name of each format, as `--format` spells it, and what renders it."""


def job_summary(record: AuditRecord, options: Options) -> str:
    """Markdown for `$GITHUB_STEP_SUMMARY`, below GitHub's limit of 1 MiB."""
    from seatrial.report.github import summary

    return summary(record, options)
