"""Alerting rules, their unit tests, and the routes of Alertmanager, judged by their own tools."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from seatrial.engine.judges.trial import Opinion, Result, Trial, find_tool, hung, not_there, run
from seatrial.repo import yaml
from seatrial.repo.yaml_node import Node

_APT = "Debian: apt-get install"
_YOUNG = ("url_file",)
"""Fields that Alertmanager has had since 0.26 (2023): Debian 12 ships 0.25."""


def rules(trial: Trial) -> Iterator[Opinion]:
    """Groups of rules in touched files, checked; files of unit tests, run."""
    found = list(_groups(trial))
    tests = [(n, f) for n, f in trial.files(".yaml", ".yml") if _is_test(f)]
    if not found and not tests:
        return
    tool = find_tool("promtool")
    if tool is None:
        yield not_there("promtool", f"{_APT} prometheus")
        return
    for number, (name, groups) in enumerate(found):
        file = trial.scratch / f"rules-{number}.json"
        file.write_text(json.dumps({"groups": groups}))
        yield from _asked("promtool", [tool, "check", "rules", str(file)], trial.scratch, name)
    for name, file in tests:
        yield from _asked("promtool", [tool, "test", "rules", file.name], file.parent, name)


def routes(trial: Trial) -> Iterator[Opinion]:
    """Configurations of Alertmanager in touched files."""
    found = [
        (name, node)
        for name, file in trial.files(".yaml", ".yml")
        for node in _walk(file)
        if node.at("route") and node.at("receivers")
    ]
    if not found:
        return
    tool = find_tool("amtool")
    if tool is None:
        yield not_there("amtool", f"{_APT} prometheus-alertmanager")
        return
    for number, (name, node) in enumerate(found):
        file = trial.scratch / f"alertmanager-{number}.json"
        file.write_text(json.dumps(node.plain()))
        for opinion in _asked("amtool", [tool, "check-config", str(file)], trial.scratch, name):
            if any(f"field {field} not found" in opinion.message for field in _YOUNG):
                reason = "this amtool is older than 0.26 and does not know every field"
                yield Opinion("amtool", Result.NOT_RUN, reason, name)
            else:
                yield opinion


def _asked(judge: str, words: list[str], folder: Path, name: str) -> Iterator[Opinion]:
    done = run(words, folder)
    if done is None:
        yield hung(judge)
    elif done.returncode:
        said = " ".join(f"{done.stdout} {done.stderr}".split())[-400:]
        yield Opinion(judge, Result.FOUND, said, name)


def _groups(trial: Trial) -> Iterator[tuple[str, object]]:
    for name, file in trial.files(".yaml", ".yml"):
        for node in _walk(file):
            groups = node.at("groups")
            first = groups.listed()[0] if groups.kind == "seq" and groups.listed() else None
            if first is not None and first.at("rules") and not node.at("tests"):
                yield name, groups.plain()


def _is_test(file: Path) -> bool:
    first = yaml.parse(file.read_text("utf-8", "replace")).first
    return bool(first.at("rule_files")) and first.at("tests").kind == "seq"


def _walk(file: Path) -> Iterator[Node]:
    """Every mapping of a file; what is a template does not parse and has none."""
    stack = list(yaml.parse(file.read_text("utf-8", "replace")).documents)
    while stack:
        node = stack.pop()
        if node.kind == "map":
            yield node
            stack += [value for _, value in node.pairs()]
        elif node.kind == "seq":
            stack += node.listed()
