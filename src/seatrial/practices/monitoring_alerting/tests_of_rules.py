"""Unit tests of alert rules, and whether a pipeline runs them."""

from __future__ import annotations

from seatrial.kit.site import Site, once
from seatrial.model.place import Place
from seatrial.model.struct import struct


@struct
class Tested:
    """What promtool tests cover.

    Attributes:
        names: alerts that a test names.
        place: the first test file, None without one.
        runs: True when a pipeline runs them.
    """

    names: frozenset[str]
    place: Place | None
    runs: bool


@once
def tested(site: Site[object]) -> Tested:
    """Read all test files of rules."""
    names: set[str] = set()
    place: Place | None = None
    for file in site.repo.files():
        if file.suffix not in {".yaml", ".yml"} or "test" not in file.path.lower():
            continue
        text = file.text
        if "rule_files:" not in text or "tests:" not in text:
            continue
        for test in file.yaml.first.at("tests").items():
            for one in test.at("alert_rule_test").items():
                names.add(one.at("alertname").text)
                place = place or file.place()
    return Tested(frozenset(names), place, _runs(site))


def _runs(site: Site[object]) -> bool:
    if site.repo.ci_systems:
        return True
    for workflow in site.repo.workflows:
        for job in workflow.jobs:
            for step in job.all_steps if not job.is_off else ():
                if "promtool" in step.run or (step.uses and "promtool" in step.uses.name.lower()):
                    return True
                for command in site.repo.followed(step.commands, step.file):
                    if command.program in {"promtool", "pint", "vmalert-tool"}:
                        return True
    return False
