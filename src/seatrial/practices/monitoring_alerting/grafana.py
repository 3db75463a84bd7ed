"""Traps of Grafana: rules that hide their errors, thresholds, doors without a lock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from seatrial.kit.platform.cluster import has_cluster
from seatrial.kit.platform.installs import installs, resources
from seatrial.kit.platform.joined import joined
from seatrial.kit.platform.live import is_aside, live_workloads
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Severity, fault
from seatrial.model.place import Place
from seatrial.model.practice import check
from seatrial.model.struct import replace
from seatrial.practices.monitoring_alerting.promql import parse
from seatrial.practices.monitoring_alerting.rules import groups
from seatrial.practices.monitoring_alerting.settings import Settings
from seatrial.practices.monitoring_alerting.traps import (
    ALWAYS,
    always_over,
    impossible_limit,
)
from seatrial.repo.files import File
from seatrial.repo.yaml import Node

_RELATED: Final = 12
_WIDE: Final = frozenset({"admin", "editor"})


@check("monitoring-alerting/silent-on-error", severity=Severity.MEDIUM)
def silent_on_error(site: Site[Settings]) -> Iterator[Observation]:
    """An alert that cannot be evaluated counts as healthy.

    Why: when the data source is down or the query breaks, the alert says OK, in the very moment in
    which nobody knows.
    Fix: `execErrState: Error`.
    """
    found: dict[str, list[Place]] = {}
    for place in _silent(site):
        found.setdefault(place.path, []).append(place)
    for places in found.values():
        count = len(places)
        shown = "an alert counts" if count == 1 else f"{count} alerts count"
        text = f"{shown} as OK when the query fails (execErrState)"
        yield fault(places[0], text, related=tuple(places[1:_RELATED]))


def _silent(site: Site[object]) -> Iterator[Place]:
    for group in groups(site):
        for rule, place in group.rules():
            if rule.at("execErrState").text == "OK":
                line = rule.line_of("execErrState")
                yield place if group.manifest else replace(place, line=max(line, 1))
    for _, block in resources(site, "grafana_rule_group"):
        for rule_block in block.children("rule"):
            written = rule_block.attr("exec_err_state")
            if written and written.text.strip('"') == "OK":
                yield written.place


@check("monitoring-alerting/impossible-threshold", severity=Severity.MEDIUM)
def impossible_threshold(site: Site[Settings]) -> Iterator[Observation]:
    """An alert's threshold cannot be meant: it always fires, or it never can.

    Why: an alert that is always on is switched off in people's heads; one that never fires looks
    like cover. A share above 1 and a request below a tenth of a millisecond do not exist.
    Fix: the number from the objective, in the unit of the expression (seconds; shares from 0 to 1).
    """
    found = []
    for group in groups(site):
        for rule, place in group.rules():
            name = rule.at("alert").text or rule.at("title").text
            tree = parse(rule.at("expr").text)
            reason = impossible_limit(tree) if tree is not None else ""
            limit = _grafana_limit(rule, place)
            if reason or limit:
                text = f"alert {name} {reason or ALWAYS}"
                found.append(fault(limit or place, text, environments=group.environments))
    yield from joined(found)


def _grafana_limit(rule: Node, place: Place) -> Place | None:
    """Line of a threshold that is always exceeded."""
    parts = {d.at("refId").text: d.at("model") for d in rule.at("data").items()}
    last = parts.get(rule.at("condition").text)
    if last is None or last.at("type").text != "threshold":
        return None
    evaluator = last.at("conditions", 0, "evaluator")
    limit = evaluator.at("params", 0)
    queried, seen = last.at("expression").text, 0
    while parts.get(queried, last).at("type").text == "reduce" and seen < len(parts):
        queried, seen = parts[queried].at("expression").text, seen + 1
    base = parts.get(queried)
    tree = parse(base.at("expr").text) if base else None
    value = limit.value
    if tree is None or isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if always_over(tree, evaluator.at("type").text, float(value)):
        return replace(place, line=max(limit.line, 1))
    return None


@check("monitoring-alerting/anonymous-admin", severity=Severity.MEDIUM)
def anonymous_admin(site: Site[Settings]) -> Iterator[Observation]:
    """Whoever reaches Grafana may change its alerts without logging in.

    Why: an anonymous administrator can mute every alert, read every data source and take its
    credentials.
    Fix: `org_role = Viewer`, or no anonymous access.
    """
    found = [
        fault(place, f"anonymous visitors of Grafana have the role {role}", environments=e)
        for role, place, e in _open_doors(site)
    ]
    yield from joined(found)


_Door = tuple[str, Place, tuple[str, ...]]


def _open_doors(site: Site[object]) -> Iterator[_Door]:
    for file in site.repo.files():
        if file.suffix == ".ini" and "grafana" in file.path.lower() and not is_aside(file.path):
            yield from _of_ini(file)
    for install in installs(site):
        for above in ((), ("grafana",)):
            path = (*above, "grafana.ini", "auth.anonymous")
            role = install.get(*path, "org_role")
            if role and role.text.lower() in _WIDE and install.is_on(*path, "enabled"):
                yield role.text, role.place, install.environments
    yield from _of_containers(site)


def _of_containers(site: Site[object]) -> Iterator[_Door]:
    for workload in live_workloads(site):
        for container in workload.containers:
            entries = [(e.at("name").text, e.at("value")) for e in container.at("env").items()]
            for name, _ in _of_variables(entries):
                yield name, workload.place, workload.environments
    for compose in site.repo.compose if not has_cluster(site) else ():
        if not is_aside(compose.file.path) and "test" not in compose.file.name:
            for service in compose.services:
                for name, line in _of_variables(service.environment):
                    yield name, compose.file.place(line), ()


def _of_ini(file: File) -> Iterator[_Door]:
    section, enabled = "", False
    for number, line in enumerate(file.lines, 1):
        text = line.strip()
        if text.startswith("["):
            section, enabled = text.strip("[]"), False
        elif section == "auth.anonymous" and not text.startswith((";", "#")):
            key, _, value = (part.strip() for part in text.partition("="))
            enabled = value.lower() == "true" if key == "enabled" else enabled
            if key == "org_role" and value.lower() in _WIDE and enabled:
                yield value, file.place(number), ()


def _of_variables(entries: Iterable[tuple[str, Node]]) -> Iterator[tuple[str, int]]:
    """Role and line, from the variables of a container."""
    values = {
        name: (node.text.partition("=")[2] if node.text.startswith(f"{name}=") else node.text, node)
        for name, node in entries
    }
    enabled = values.get("GF_AUTH_ANONYMOUS_ENABLED")
    role = values.get("GF_AUTH_ANONYMOUS_ORG_ROLE")
    if enabled and role and enabled[0].lower() == "true" and role[0].lower() in _WIDE:
        yield role[0], role[1].line
