"""What makes an alert cry wolf or stay silent, judged on the tree of its expression."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.practices.monitoring_alerting.promql import (
    COMPARISONS,
    Binary,
    Call,
    Number,
    Selector,
    Tree,
    metrics,
    seconds,
    walk,
)

_RATES: Final = frozenset({"rate", "irate"})
_WRAPPERS: Final = frozenset({"sum", "avg", "max", "min", "topk", "round", "abs", "ceil"})
_LONG: Final = 600
"""A range from which on a rule does not flap for want of a `for`, in seconds."""


def compared_numbers(tree: Tree) -> Iterator[tuple[str, Tree, float]]:
    """Yield operator, left side and number of each comparison with a number."""
    for node in walk(tree):
        compared = isinstance(node, Binary) and node.operator in COMPARISONS
        if compared and isinstance(node, Binary) and isinstance(node.right, Number):
            yield node.operator, node.left, node.right.value


def absolute_rate(tree: Tree) -> bool:
    """A bare rate of errors against a small number: it depends on the traffic, not on the share."""
    for operator, left, value in compared_numbers(tree):
        selector = _rated(left)
        if operator in {">", ">="} and 0 < value < 1 and selector and _counts_errors(selector):
            return True
    return False


def _rated(tree: Tree) -> Selector | None:
    while isinstance(tree, Call) and tree.name in _WRAPPERS and tree.arguments:
        tree = tree.arguments[-1]
    if isinstance(tree, Call) and tree.name in _RATES and tree.arguments:
        inner = tree.arguments[0]
        return inner if isinstance(inner, Selector) else None
    return None


def _counts_errors(selector: Selector) -> bool:
    if any(w in selector.name for w in ("error", "fail", "exception", "5xx")):
        return True
    return any(
        label in {"code", "status", "status_code", "http_status_code", "response_code", "http_code"}
        and value.lstrip("^(").startswith(("5", "4"))
        for label, _, value in selector.matchers
    )


def single_restart(tree: Tree) -> bool:
    """One restart fires: a counter above 0 at any time, or above 0 in a window."""
    for operator, left, value in compared_numbers(tree):
        restarts = any("restarts_total" in name for name in metrics(left))
        once = (operator == ">" and 0 <= value < 1) or (operator == ">=" and 0 < value <= 1)
        if restarts and once:
            return True
    return False


def unguarded_limit(tree: Tree) -> bool:
    """A division by a memory limit that is 0 where there is none: infinity is above everything."""
    for node in walk(tree):
        if isinstance(node, Binary) and node.operator == "/":
            limits = _names_limit(node.right)
            guarded = any(
                isinstance(n, Binary) and n.operator in {">", "!=", ">="} for n in walk(node.right)
            )
            if limits and not guarded and not _guarded_around(tree):
                return True
    return False


def _names_limit(tree: Tree) -> bool:
    return any("spec_memory_limit" in name for name in metrics(tree))


def _guarded_around(tree: Tree) -> bool:
    # `... / limit > 0.9 and limit > 0` guards from outside.
    for node in walk(tree):
        joins = isinstance(node, Binary) and node.operator in {"and", "unless", "!="}
        if joins and isinstance(node, Binary) and _names_limit(node.right):
            return True
    return any(
        isinstance(n, Binary)
        and n.operator == "<"
        and isinstance(n.right, Number)
        and n.right.value == float("inf")
        for n in walk(tree)
    )


def usage_for_working_set(tree: Tree) -> bool:
    """Memory usage holds the page cache; what gets a container killed is the working set."""
    return any(
        isinstance(node, Binary)
        and node.operator == "/"
        and "container_memory_usage_bytes" in metrics(node.left)
        for node in walk(tree)
    )


def flaps(tree: Tree) -> bool:
    """Nothing damps it: no window of ten minutes, no second window, no constant."""
    if isinstance(tree, Call) and tree.name in {"vector", "absent", "absent_over_time"}:
        return False
    for node in walk(tree):
        if isinstance(node, Selector | Call) and seconds(node.range) >= _LONG:
            return False
        if isinstance(node, Binary) and node.operator == "and":
            return False
        if isinstance(node, Selector) and ":" in node.name:
            return False
        if isinstance(node, Call) and node.name in {"predict_linear", "absent"}:
            return False
    return True


_REQUESTS: Final = ("http", "rpc", "request", "response")
_SHORTEST: Final = 0.0005
"""No answer over a network takes less, in seconds: the first bucket ends far above it."""


def always_over(tree: Tree, operator: str, value: float) -> bool:
    """A quantile of request times against a time that no request stays below."""
    if operator not in {">", ">=", "gt"} or not 0 <= value < _SHORTEST:
        return False
    quantile = any(isinstance(n, Call) and n.name == "histogram_quantile" for n in walk(tree))
    names = metrics(tree)
    return quantile and any(
        name.endswith("_seconds_bucket") and any(w in name for w in _REQUESTS) for name in names
    )


def impossible_limit(tree: Tree) -> str:
    """What a comparison that is always or never true does; empty for another one."""
    for operator, left, value in compared_numbers(tree):
        if always_over(left, operator, value):
            return ALWAYS
        if _never_over(left, operator, value):
            return "can never fire: a share of requests is never above 1"
    return ""


ALWAYS: Final = "always fires: no request takes less than its threshold"


def _never_over(tree: Tree, operator: str, value: float) -> bool:
    """A part against the whole of the same metric, compared with more than one."""
    while isinstance(tree, Call) and tree.name in _WRAPPERS and len(tree.arguments) == 1:
        tree = tree.arguments[0]
    if operator not in {">", ">="} or value <= 1:
        return False
    if not isinstance(tree, Binary) or tree.operator != "/":
        return False
    part = [n for n in walk(tree.left) if isinstance(n, Selector)]
    whole = [n for n in walk(tree.right) if isinstance(n, Selector)]
    return (
        len(part) == 1
        and len(whole) == 1
        and not any(isinstance(n, Number) for n in walk(tree))
        and part[0].name == whole[0].name
        and part[0].range == whole[0].range
        and set(whole[0].matchers) < set(part[0].matchers)
    )
