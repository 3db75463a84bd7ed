"""The flag by which Helm takes a failed upgrade back."""

from __future__ import annotations

from typing import Final

TIMEOUT: Final = "10m"
"""How long an upgrade may take before it counts as failed."""


def guarded(line: str, flag: str = "--atomic") -> str:
    """A line with `helm upgrade` and its guard; unchanged where one stands already."""
    if "--atomic" in line or "--rollback-on-failure" in line or "helm upgrade" not in line:
        return line
    limit = "" if "--timeout" in line else f" --timeout {TIMEOUT}"
    return line.replace("helm upgrade", f"helm upgrade {flag}{limit}", 1)
