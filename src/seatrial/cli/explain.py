"""`seatrial explain`: the page of a practice, the text of a rule."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterable

from seatrial.cli.arguments import Parser
from seatrial.cli.screen import Screen
from seatrial.cli.words import nearest_practice
from seatrial.engine import load
from seatrial.engine.own import TEXTS
from seatrial.model.errors import UsageError
from seatrial.model.practice import Check, Practice

LESSON = """\
Examples:
  seatrial explain rollback           the practice, and its rules
  seatrial explain 10                 the same, by number
  seatrial explain RULE               one rule, as a finding names it: <practice>/<rule>"""


def obey(words: list[str], screen: Screen) -> int:
    """Print a text.

    Raises:
        UsageError: neither a practice nor a rule is called so.
    """
    parser = Parser("explain", "Says why a rule or a practice exists and what to do.", LESSON)
    parser.add_argument("word", metavar="RULE|PRACTICE", help="id or number")
    parser.add_argument("--debug", action="store_true", help="show tracebacks")
    word = parser.parse_args(words).word
    screen.write(text_of(word))
    return 0


def text_of(word: str) -> str:
    """The text of a practice (id or number) or of a rule (with or without its practice).

    Raises:
        UsageError: neither is called so.
    """
    by_word = {key: p for p in load.practices() for key in (p.id, str(p.number))}
    if word in by_word:
        return practice_page(by_word[word])
    if word in TEXTS:
        return f"{word}\n\n{TEXTS[word]}\n"
    practice, slash, _ = word.partition("/")
    if slash:
        if practice not in by_word:
            near = nearest_practice(practice)
            hint = f"did you mean {near}?" if near else "`seatrial practices` lists them"
            raise UsageError(f"no practice is called {practice!r}", hint=hint)
        return _rule(word, load.rules(by_word[practice]).checks, by_word[practice])
    return _bare(word)


def practice_page(practice: Practice) -> str:
    """The docstring of the practice's folder and the list of its rules."""
    module = importlib.import_module(f"seatrial.practices.{practice.id.replace('-', '_')}")
    page = inspect.cleandoc(module.__doc__ or practice.title)
    ranks = f"priority {practice.priority}, effort {practice.effort}, impact {practice.impact}"
    lines = [f"{practice.number}  {practice.id}: {practice.title}", f"   {ranks}", "", page]
    checks = load.rules(practice).checks
    width = max((len(check.rule) for check in checks), default=0)
    if checks:
        lines += ["", "Rules:"]
        lines += [f"  {c.rule:<{width}}  {c.severity.word:<8}  {c.title}" for c in checks]
    lines += _settings(practice)
    if practice.needs:
        lines += ["", "What only a live system can show:"]
        lines += [f"  {key.shows} (needs {key.credential})" for key in practice.needs]
    return "\n".join(lines) + "\n"


def _settings(practice: Practice) -> list[str]:
    from seatrial.spec.shapes import entries

    lines = []
    for entry in entries(load.rules(practice).settings):
        limits = entry.shape.limits
        default = entry.default
        shown = ", ".join(map(str, default)) if isinstance(default, tuple | list) else default
        unit = f" {limits.unit}" if limits.unit else ""
        lines.append(f"  {entry.name}: {limits.text} (default: {shown}{unit})")
    return (
        ["", f"Settings in seatrial.yaml, under practices.{practice.id}:", *lines] if lines else []
    )


def _rule(word: str, checks: Iterable[Check[object]], practice: Practice) -> str:
    known = {check.rule: check for check in checks}
    if word not in known:
        raise UsageError(f"no rule is called {word!r}", hint=_near_rule(word, known, practice))
    check = known[word]
    kind = "a requirement, " if check.requirement else ""
    facts = f"{kind}severity {check.severity.word}, confidence {check.confidence.word}"
    return f"{check.rule}\n  {facts}, fix: {check.fix}, since {check.since}\n\n{check.doc}\n"


def _near_rule(word: str, known: Iterable[str], practice: Practice) -> str:
    import difflib

    close = difflib.get_close_matches(word, list(known), n=1)
    if close:
        return f"did you mean {close[0]}?"
    return f"`seatrial explain {practice.id}` lists its rules"


def _bare(word: str) -> str:
    owners = [
        (check, practice)
        for practice in load.practices()
        for check in load.rules(practice).checks
        if check.rule.partition("/")[2] == word
    ]
    if len(owners) == 1:
        check, practice = owners[0]
        return _rule(check.rule, (check,), practice)
    if owners:
        hint = "name one of " + ", ".join(check.rule for check, _ in owners)
        raise UsageError(f"several rules are called {word!r}", hint=hint)
    near = nearest_practice(word)
    hint = f"did you mean {near}?" if near else "`seatrial practices` lists the practices"
    raise UsageError(f"no practice or rule is called {word!r}", hint=hint)
