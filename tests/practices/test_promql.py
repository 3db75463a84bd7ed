"""The PromQL parser, and the traps that are judged on its trees."""

from __future__ import annotations

import pytest

from seatrial.practices.monitoring_alerting import traps
from seatrial.practices.monitoring_alerting.promql import metrics, parse, seconds


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('up{job="a"} == 0', ("up",)),
        ('sum by (a) (rate(x_total{p="rate(y[5m])"}[5m])) / z > 0.5', ("x_total", "z")),
        ("max_over_time(rate(a[1m])[10m:30s]) offset 5m", ("a",)),
        ("a and on (service, slo) b or vector(0)", ("a", "b")),
        ("a / on (x) group_left (y) b unless ignoring (z) c", ("a", "b", "c")),
        ("histogram_quantile(0.95, sum(rate(b_bucket[5m])) by (le)) > 1.5e-3", ("b_bucket",)),
        ("-sum without (le) (a) ^ 2 # c > d", ("a",)),
        ('{__name__="a"} @ 1700000000', ()),
        ("job:errors:rate5m{} > bool 14.4 * 0.001", ("job:errors:rate5m",)),
        ("predict_linear(free[6h], 4*86400) < 0", ("free",)),
        ("rate(a[$__rate_interval])", ("a",)),
    ],
)
def test_metric_names_are_read_and_nothing_else(text: str, names: tuple[str, ...]) -> None:
    tree = parse(text)
    assert tree is not None, text
    assert metrics(tree) == names


@pytest.mark.parametrize("text", ["", "sum(", 'a{b="c', "a[5m", "a b", "(" * 500, "a >"])
def test_what_is_no_query_gives_none(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize(("text", "length"), [("5m", 300), ("1h30m", 5400), ("10m:1m", 600)])
def test_durations_are_seconds(text: str, length: float) -> None:
    assert seconds(text) == length


@pytest.mark.parametrize(
    ("text", "trapped"),
    [
        ('rate(http_requests_total{status=~"5.."}[5m]) > 0.05', True),
        ("sum(rate(errors_total[5m])) by (service) > 0.1", True),
        ('rate(r{status=~"5.."}[5m]) / rate(r[5m]) > 0.05', False),
        ('rate(http_requests_total{path="/5xx"}[5m]) > 0.05', False),
        ("rate(errors_total[5m]) > 5", False),
    ],
)
def test_an_absolute_error_rate_is_a_trap(text: str, *, trapped: bool) -> None:
    tree = parse(text)
    assert tree is not None
    assert traps.absolute_rate(tree) is trapped


@pytest.mark.parametrize(
    ("text", "trapped"),
    [
        ("rate(kube_pod_container_status_restarts_total[15m]) > 0", True),
        ("kube_pod_container_status_restarts_total >= 1", True),
        ("increase(kube_pod_container_status_restarts_total[15m]) >= 3", False),
        ("increase(kube_pod_container_status_restarts_total[1h]) > 5", False),
    ],
)
def test_a_single_restart_is_a_trap(text: str, *, trapped: bool) -> None:
    tree = parse(text)
    assert tree is not None
    assert traps.single_restart(tree) is trapped


@pytest.mark.parametrize(
    ("text", "trapped"),
    [
        ("container_memory_working_set_bytes / container_spec_memory_limit_bytes > 0.9", True),
        ("container_memory_rss / (container_spec_memory_limit_bytes > 0) > 0.9", False),
        ("a / container_spec_memory_limit_bytes and container_spec_memory_limit_bytes > 0", False),
        ("container_memory_rss / on(pod) kube_pod_container_resource_limits > 0.9", False),
    ],
)
def test_an_unguarded_limit_is_a_trap(text: str, *, trapped: bool) -> None:
    tree = parse(text)
    assert tree is not None
    assert traps.unguarded_limit(tree) is trapped
