"""Reports of a plan: a plan in, one string out; pure, no I/O."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from seatrial.model.plan import Plan
from seatrial.report.options import Options

__all__ = ["PLAN_FORMATS", "PlanRenderer"]

PlanRenderer = Callable[[Plan, Options], str]


def _lazy(module: str) -> PlanRenderer:
    def render(plan: Plan, options: Options) -> str:
        import importlib

        loaded: PlanRenderer = importlib.import_module(f"seatrial.report.plan.{module}").render
        return loaded(plan, options)

    return render


PLAN_FORMATS: Mapping[str, PlanRenderer] = MappingProxyType(
    {
        name: _lazy(module)
        for name, module in {
            "text": "text",
            "json": "as_json",
            "markdown": "markdown",
            "html": "as_html",
        }.items()
    }
)
"""Name of each format of a plan, as `--format` spells it, and what renders it."""
