"""Alert rules with their unit tests: one value gives the rule and the proof that it can fire."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

from seatrial.model.struct import struct

RUNBOOK = "docs/runbooks/alerts.md"


@struct
class Series:
    """A series of a test: selector as promtool writes it, and its values, one a minute."""

    name: str
    values: str


@struct
class Rule:
    """One alert.

    Attributes:
        waits: its `for`; empty where two windows damp it.
        severity: `page` (somebody must act now) or `ticket`.
        labels: further labels.
        carries: labels that come with its series, as the test expects them.
        summary: in the reader's words; `$label` stands for a label of the series.
        to_do: first steps, for the runbook.
        fires, stays: series that make it fire, and series that must not.
        after: when the test looks, in minutes.
        page: path of the runbook with a section of the alert's name.
    """

    name: str
    expression: str
    severity: str
    summary: str
    to_do: str
    fires: tuple[Series, ...]
    stays: tuple[Series, ...]
    after: int
    waits: str = ""
    labels: tuple[tuple[str, str], ...] = ()
    carries: tuple[tuple[str, str], ...] = ()
    page: str = RUNBOOK

    @property
    def told(self) -> str:
        """The summary as a sentence of the runbook."""
        text = self.summary
        for name in _names(text):
            text = text.replace(f"${name}", f"*{name}*")
        return text[0].upper() + text[1:] + "."

    @property
    def anchor(self) -> str:
        """Anchor of its section in the runbook."""
        return self.name.lower()


@struct
class Record:
    """One recording rule."""

    name: str
    expression: str
    labels: tuple[tuple[str, str], ...] = ()


def group(name: str, rules: Sequence[Rule | Record], runbooks: str) -> str:
    """A rule group as YAML, to stand below `groups:`.

    Args:
        name: of the group.
        rules: in their order.
        runbooks: address or path of the folder that holds the runbook, ending with a slash or
            empty.
    """
    lines = [f"- name: {name}", "  interval: 1m", "  rules:"]
    for rule in rules:
        lines += _record(rule) if isinstance(rule, Record) else _alert(rule, runbooks)
    return "\n".join(lines) + "\n"


def _record(rule: Record) -> list[str]:
    return [f"    - record: {rule.name}", *_expression(rule.expression), *_labels(rule.labels)]


def _alert(rule: Rule, runbooks: str) -> list[str]:
    lines = [f"    - alert: {rule.name}", *_expression(rule.expression)]
    lines += [f"      for: {rule.waits}"] if rule.waits else []
    lines += _labels((("severity", rule.severity), *rule.labels))
    lines += ["      annotations:", f"        summary: {_quoted(_templated(rule.summary))}"]
    return [*lines, f"        runbook_url: {runbooks}{rule.page}#{rule.anchor}"]


def _expression(text: str) -> list[str]:
    if "\n" not in text:
        return [f"      expr: {_quoted(text)}"]
    body = textwrap.indent(text.strip("\n"), "        ")
    return ["      expr: |", *body.split("\n")]


def _labels(labels: Iterable[tuple[str, str]]) -> list[str]:
    shown = [f"        {key}: {_quoted(value)}" for key, value in labels]
    return ["      labels:", *shown] if shown else []


def _quoted(text: str) -> str:
    plain = text.replace("_", "").replace("-", "").isalnum() and not text[0].isdigit()
    return text if plain else "'" + text.replace("'", "''") + "'"


def _templated(summary: str) -> str:
    for name in _names(summary):
        summary = summary.replace(f"${name}", "{{ $labels." + name + " }}")
    return summary


def _names(summary: str) -> list[str]:
    words = (word.strip(".,:;()/'") for word in summary.replace("/", " ").split())
    return sorted({w[1:] for w in words if w.startswith("$")}, key=len, reverse=True)


def _filled(rule: Rule) -> str:
    text, known = rule.summary, dict(rule.carries)
    for name in _names(text):
        text = text.replace(f"${name}", known.get(name, ""))
    return text


def tests(rules: Iterable[Rule], file: str, runbooks: str) -> str:
    """Unit tests for promtool: each rule fires with its labels, and stays silent below its limit.

    Args:
        rules: the alerts.
        file: the rule file as the test names it.
        runbooks: as for `group`.
    """
    lines = ["rule_files:", f"  - {file}", "", "evaluation_interval: 1m", "", "tests:"]
    for rule in rules:
        lines += _test(rule, rule.fires, runbooks, fires=True)
        if rule.stays:
            lines += _test(rule, rule.stays, runbooks, fires=False)
    return "\n".join(lines) + "\n"


def _test(rule: Rule, series: Sequence[Series], runbooks: str, *, fires: bool) -> list[str]:
    lines = [f"  - name: {rule.name} {'fires' if fires else 'stays silent'}", "    interval: 1m"]
    lines += ["    input_series:"] if series else ["    input_series: []"]
    for one in series:
        lines += [f"      - series: {_quoted(one.name)}", f"        values: {_quoted(one.values)}"]
    lines += ["    alert_rule_test:", f"      - eval_time: {rule.after}m"]
    lines += [f"        alertname: {rule.name}"]
    if not fires:
        return [*lines, "        exp_alerts: []"]
    labels = (("severity", rule.severity), *rule.labels, *rule.carries)
    lines += ["        exp_alerts:", "          - exp_labels:"]
    lines += [f"              {key}: {_quoted(value)}" for key, value in labels]
    lines += ["            exp_annotations:", f"              summary: {_quoted(_filled(rule))}"]
    return [*lines, f"              runbook_url: {runbooks}{rule.page}#{rule.anchor}"]


def healthy(file: str, series: Iterable[Series], hours: int) -> str:
    """A test of a healthy time in which no alert may even be pending."""
    lines = ["rule_files:", f"  - {file}", "", "evaluation_interval: 1m", "", "tests:"]
    lines += ["  - name: a healthy day raises nothing", "    interval: 1m", "    input_series:"]
    for one in series:
        lines += [f"      - series: {_quoted(one.name)}", f"        values: {_quoted(one.values)}"]
    query = f'count by (alertname) (count_over_time(ALERTS{{alertname!="Watchdog"}}[{hours}h]))'
    lines += ["    promql_expr_test:", f"      - expr: {_quoted(query)}"]
    return "\n".join([*lines, f"        eval_time: {hours}h", "        exp_samples: []"]) + "\n"
