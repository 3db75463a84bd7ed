"""Rule files, their unit tests, the workflow that runs them, and the runbook they point to."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Final

from seatrial.kit.planning.branches import trunk
from seatrial.kit.planning.homes import workflow_path
from seatrial.kit.planning.prometheus import RuleHome, load_rules, prometheus, rule_home
from seatrial.kit.planning.render import render
from seatrial.kit.planning.rules import RUNBOOK, group, healthy, tests
from seatrial.kit.site import Site
from seatrial.model.change import Edit, Generate, Leave
from seatrial.practices.monitoring_alerting.paging import receivers_home
from seatrial.practices.monitoring_alerting.ruleset import RuleSet, rule_sets
from seatrial.practices.monitoring_alerting.settings import Settings
from seatrial.practices.monitoring_alerting.tests_of_rules import tested
from seatrial.repo.files import Root

_PRACTICE: Final = "monitoring_alerting"


def rule_files(site: Site[Settings]) -> Iterator[Generate | Edit | Leave]:
    """Yield the rules with their tests, and what belongs to them."""
    sets = list(rule_sets(site))
    if not sets:
        return
    homes = [(s, rule_home(site, s.name)) for s in sets]
    for made, home in homes:
        yield from _one(site, made, home)
    placed = [(made, home) for made, home in homes if home]
    if placed:
        home = placed[0][1]
        root = next(r for r in site.repo.roots if r.name == home.repository)
        yield _runbook(sets, home)
        yield _workflow(site, root, placed)


def _one(
    site: Site[Settings], made: RuleSet, home: RuleHome | None
) -> Iterator[Generate | Edit | Leave]:
    runbooks = f"{home.repository}/" if home else ""
    text = "groups:\n" + "".join(_indented(group(n, rules, runbooks)) for n, rules in made.groups)
    why = "alerts on symptoms, each with a runbook and a test that makes it fire"
    yield from load_rules(site, made.name, text, why)
    if home is None:
        return
    file = home.rule_file(made.name)
    proof = "each rule fires when it must, and stays silent when it must"
    path = posixpath.join(home.folder, f"{made.name}_test.yaml")
    yield Generate(home.repository, path, tests(made.alerts, file, runbooks), proof)
    if made.quiet:
        path = posixpath.join(home.folder, f"{made.name}_healthy_test.yaml")
        yield Generate(home.repository, path, healthy(file, made.quiet, 24), proof)


def _indented(text: str) -> str:
    return "".join(f"  {line}\n" if line else "\n" for line in text.splitlines())


def _runbook(sets: list[RuleSet], home: RuleHome) -> Generate:
    rules = [rule for made in sets for rule in made.alerts]
    text = render(_PRACTICE, "docs/runbooks/alerts.md.j2", rules=rules)
    return Generate(home.repository, RUNBOOK, text, "what each alert means and the first steps")


def _workflow(site: Site[Settings], root: Root, placed: list[tuple[RuleSet, RuleHome]]) -> Generate:
    home = placed[0][1]
    path = workflow_path(root, "alert-rules")
    if path in root.files:
        path = workflow_path(root, "alert-rules-test")
    extracts = [(made.name, *h.extract) for made, h in placed if h.extract[0]]
    install = prometheus(site).install
    values = receivers_home(site, install) if install else None
    config = None
    if values:
        dotted = "".join(f".{step}" for step in values.at)
        chosen = f"select(di == {values.document}) | " if values.document else ""
        config = (f"{chosen}{dotted}.alertmanager.config", values.file.path)
    seen = tested(site)
    theirs = [seen.place.path] if seen.place and seen.place.repository == root.name else []
    text = render(
        _PRACTICE,
        ".github/workflows/alert-rules.yml.j2",
        file=posixpath.basename(path),
        branch=trunk(site),
        paths=[f"{posixpath.dirname(home.folder)}/**", *(e[2] for e in extracts)],
        tests=home.folder,
        extracts=extracts,
        files=" ".join(f"{home.folder}/{made.name}_*test.yaml" for made, _ in placed),
        theirs=theirs,
        alertmanager=config,
    )
    return Generate(root.name, path, text, "a rule that cannot fire is found before it is needed")
