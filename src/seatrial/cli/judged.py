"""The lines of `seatrial plan --check`."""

from __future__ import annotations

from collections.abc import Sequence

from seatrial.engine.judges import Opinion, Result


def lines(opinions: Sequence[Opinion]) -> str:
    """One line per opinion, then how many judges looked."""
    out = ["What the judges of the field say of the result:"]
    for one in opinions:
        place = f"{one.place}: " if one.place else ""
        out.append(f"  {one.judge:<20}{one.result.value:<9}{place}{one.message}")
    found = sum(one.result is Result.FOUND for one in opinions)
    missing = len({one.judge for one in opinions if one.result is Result.NOT_RUN})
    out.append(f"{found} found, {missing} judges not run (never taken for clean)")
    return "\n".join(out)
