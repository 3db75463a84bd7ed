"""Alerts on how fast a service burns its error budget: several windows, several rates.

Windows and factors are those of the SRE workbook; each long window has a short one beside it, so
that an alert ends soon after its cause. A guard on the count of bad requests keeps one failure of a
quiet hour from waking anybody. See the practice's research for what it costs (nothing above
0.05 requests a second).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.rules import Record, Rule, Series
from seatrial.model.struct import struct
from seatrial.practices.monitoring_alerting.services import Dialect, Service

_TIERS: Final = (
    ("Fast", 14.4, "1h", "5m", "page", "a month's budget lasts two days at this pace"),
    ("Slow", 6.0, "6h", "30m", "page", "a month's budget lasts five days at this pace"),
    ("Steady", 3.0, "1d", "2h", "ticket", "a month's budget lasts ten days at this pace"),
    ("Creeping", 1.0, "3d", "6h", "ticket", "the month's budget will just be used up"),
)
_WINDOWS: Final = ("30m", "1h", "2h", "6h", "1d", "3d")
_LEAST: Final = 5
_RATE: Final = 10_000
"""Requests a minute of the tests."""
_AFTER: Final = 80


@struct
class Objective:
    """What a service promises.

    Attributes:
        slo: `availability` or `latency`.
        percent: share of good requests.
        bound: of the histogram, in seconds; for latency.
    """

    slo: str
    percent: float
    bound: str = ""

    @property
    def budget(self) -> float:
        """Share of requests that may be bad."""
        return round((100 - self.percent) / 100, 6)


def records(service: Service, objective: Objective, words: Dialect) -> list[Record]:
    """Requests and bad requests a second, by namespace."""
    labels = (("service", service.name), ("slo", objective.slo))
    by = "sum by (namespace)"
    here = f'job="{service.name}"'
    if objective.slo == "availability":
        total = f"{by} (rate({words.total}{{{here}}}[5m]))"
        failed = f'{words.total}{{{here},{words.status}=~"{words.bad}"}}'
        # Before the first failure there is no such series: that is 0, not unknown.
        bad = f"{by} (rate({failed}[5m]))\nor\n0 * {total}"
    else:
        total = f"{by} (rate({words.seconds}_count{{{here}}}[5m]))"
        fast = f'{words.seconds}_bucket{{{here},le="{objective.bound}"}}'
        bad = f"{total}\n-\n{by} (rate({fast}[5m]))"
    return [
        Record("slo:requests:rate5m", total, labels),
        Record("slo:errors:rate5m", bad, labels),
    ]


def ratios() -> list[Record]:
    """Shares of bad requests over all windows, for all services and objectives."""
    first = Record("slo:error_ratio:rate5m", "slo:errors:rate5m / slo:requests:rate5m")
    return [first, *(Record(f"slo:error_ratio:rate{w}", _over(w)) for w in _WINDOWS)]


def _over(window: str) -> str:
    # Sums first: an average of ratios would count a quiet minute like a busy one.
    bad = f"sum_over_time(slo:errors:rate5m[{window}])"
    return f"{bad} / sum_over_time(slo:requests:rate5m[{window}])"


@struct
class Tier:
    """One pair of windows.

    Attributes:
        limit: share of bad requests above which it fires in both windows.
        pace: how long the month's budget lasts at that share, in words.
    """

    name: str
    limit: float
    long: str
    short: str
    severity: str
    pace: str


def limits(objective: Objective) -> Iterator[Tier]:
    """The tiers of an objective; one that could never fire is left out."""
    for name, factor, long, short, severity, pace in _TIERS:
        limit = round(factor * objective.budget, 6)
        if limit < 1:
            yield Tier(name, limit, long, short, severity, pace)


def alerts(service: Service, objective: Objective, words: Dialect) -> Iterator[Rule]:
    """One alert for each tier."""
    for tier in limits(objective):
        yield _alert(service, objective, words, tier)


def _alert(service: Service, objective: Objective, words: Dialect, tier: Tier) -> Rule:
    which = f'{{service="{service.name}",slo="{objective.slo}"}}'
    guard = f"sum_over_time(slo:errors:rate5m{which}[{tier.long}]) * 60 >= {_LEAST}"
    expression = (
        f"slo:error_ratio:rate{tier.long}{which} > {tier.limit:g}\n"
        f"and\nslo:error_ratio:rate{tier.short}{which} > {tier.limit:g}\n"
        f"and\n{guard}"
    )
    what = "fail" if objective.slo == "availability" else f"take over {objective.bound} s"
    word = objective.slo.capitalize()
    return Rule(
        f"{word}Budget{tier.name}{_camel(service.name)}",
        expression,
        tier.severity,
        f"requests to {service.name} in $namespace {what}: {tier.pace} "
        f"({tier.long} and {tier.short} windows)",
        "Compare with the last release (`git log`, the deployments of the repository) and return "
        "to the version before it when the times match. Then look at the slowest and the failing "
        "routes on the service's dashboard, and at the errors in its logs.",
        _traffic(service, objective, words, tier.limit * 1.2),
        _traffic(service, objective, words, tier.limit * 0.8),
        _AFTER,
        labels=(("burn", tier.name.lower()), ("service", service.name), ("slo", objective.slo)),
        carries=(("namespace", "shop"),),
    )


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.replace("_", "-").split("-"))


def _traffic(
    service: Service, objective: Objective, words: Dialect, share: float
) -> tuple[Series, ...]:
    """Steady traffic of which a share is bad, for somewhat longer than the test looks."""
    bad = round(min(share, 1.0) * _RATE)
    good = _RATE - bad
    here = f'job="{service.name}",namespace="shop"'
    steps = f"x{_AFTER + 5}"
    if objective.slo == "availability":
        code = "500" if "5.." in words.bad else "5xx"
        failed = f'{words.total}{{{here},{words.status}="{code}"}}'
        fine = f'{words.total}{{{here},{words.status}="200"}}'
        return Series(fine, f"0+{good}{steps}"), Series(failed, f"0+{bad}{steps}")
    fast = f'{words.seconds}_bucket{{{here},le="{objective.bound}"}}'
    count = f"{words.seconds}_count{{{here}}}"
    return Series(fast, f"0+{good}{steps}"), Series(count, f"0+{_RATE}{steps}")


def healthy(
    service: Service, objective: Objective, words: Dialect, hours: int
) -> tuple[Series, ...]:
    """Traffic of a day with a tenth of the budget in use."""
    made = _traffic(service, objective, words, objective.budget / 10)
    old, new = f"x{_AFTER + 5}", f"x{hours * 60 + 5}"
    return tuple(Series(s.name, s.values.replace(old, new)) for s in made)
