"""Does an analysis of a new version ask about the version that runs beside it?"""

from __future__ import annotations

from typing import Final

from seatrial.repo.kubernetes.manifests import Manifest

_JUDGES: Final = (
    "kayenta",
    "seatrial",
    "mannwhitney",
    "mann-whitney",
    "sequential",
    "spinnaker",
    "anomalies(",
    "outliers(",
    "anomaly_detection",
)
_OLD: Final = ("stable", "baseline", "primary")
_NEW: Final = ("canary", "latest", "target", "preview")


def compares(template: Manifest) -> bool:
    """True for an analysis that asks about both versions, or a judge that compares by itself."""
    metrics = template.node.at("spec", "metrics").items()
    if any(metric.at("provider").has("kayenta") for metric in metrics):
        return True
    return any(is_comparison(n.text) for _, n in template.node.walk() if n.kind == "scalar")


def is_comparison(text: str) -> bool:
    """True for a query or image that sets the new version beside the old one."""
    lowered = text.lower()
    if any(word in lowered for word in _JUDGES):
        return True
    return any(w in lowered for w in _OLD) and any(w in lowered for w in _NEW)
