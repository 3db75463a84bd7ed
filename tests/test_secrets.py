"""No secret reaches a screen, a report, a file or a traceback, wherever it stands, however broken.

The repositories of `tests.planting` hold marked secrets; the real command audits them, and all
that it prints or writes is searched for the marks.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from seatrial.cli.flags import FORMATS
from seatrial.engine.discreet import discreet
from tests.cli.terminal import Screenful, Terminal
from tests.planting import ENCODED, MARK, plant, planted


def leaks(text: str) -> list[str]:
    """What of the marks a text holds, with a little around it."""
    low, found = text.lower(), []
    for mark in (MARK.lower(), ENCODED.lower()):
        at = low.find(mark)
        while at >= 0:
            found.append(text[max(at - 80, 0) : at + 20])
            at = low.find(mark, at + 1)
    return found


def everything(folder: Path, seen: Screenful) -> Iterator[str]:
    """Both streams, and every file outside the two repositories."""
    yield from (seen.out, seen.err)
    for file in folder.rglob("*"):
        if file.is_file() and file.relative_to(folder).parts[0] not in {"app", "infra"}:
            yield file.read_text("utf-8", errors="replace")


def as_it_is(text: str) -> str:
    return text


def cut_in_the_secret(text: str) -> str:
    at = text.rfind(MARK)
    return text[: at + 12] if at >= 0 else text


def tab_before_the_secret(text: str) -> str:
    return _before_last(text, "\t- [{ tab\n")


def merge_before_the_secret(text: str) -> str:
    return _before_last(text, "<<<<<<< HEAD\n")


def quote_before_the_secret(text: str) -> str:
    return _before_last(text, "x = \"'{{ (\n")


def _before_last(text: str, line: str) -> str:
    lines = text.splitlines(keepends=True)
    marked = [n for n, content in enumerate(lines) if MARK in content]
    return "".join([*lines[: marked[-1]], line, *lines[marked[-1] :]]) if marked else text


BROKEN = [
    cut_in_the_secret,
    tab_before_the_secret,
    merge_before_the_secret,
    quote_before_the_secret,
]


@pytest.fixture
def harbour(request: pytest.FixtureRequest, tmp_path: Path) -> Terminal:
    """A terminal beside both repositories, their files as they are or broken."""
    change: Callable[[str], str] = getattr(request, "param", as_it_is)
    plant(tmp_path, {path: change(text) for path, text in planted().items()})
    return Terminal(tmp_path)


def test_the_marks_are_there_and_would_be_found(harbour: Terminal) -> None:
    texts = planted()
    assert sum(text.count(MARK) + text.count(ENCODED) for text in texts.values()) > 120
    assert sum(bool(leaks(text)) for text in texts.values()) > 60
    assert leaks(f"x{MARK.upper()}y")
    (harbour.folder / "report.txt").write_text(f"password {MARK}")
    assert any(leaks(text) for text in everything(harbour.folder, Screenful(0, "", "")))


@pytest.mark.parametrize("report", FORMATS)
def test_no_report_shows_a_secret(harbour: Terminal, report: str) -> None:
    words = ["audit", "app", "infra", "--details", "--format", report]
    summary = str(harbour.folder / "summary.md")
    printed = harbour.run(*words, GITHUB_STEP_SUMMARY=summary)
    assert printed.code == 0, printed.err
    assert len(printed.out) > 1000
    debugged = harbour.run(*words, "--debug", "--output", "report", GITHUB_STEP_SUMMARY=summary)
    for seen in (printed, debugged):
        for text in everything(harbour.folder, seen):
            assert leaks(text) == []


def test_neither_baseline_nor_draft_nor_page_nor_fleet_shows_a_secret(harbour: Terminal) -> None:
    (harbour.folder / "fleet.yaml").write_text(
        "applications: [{name: a, repositories: [app, infra]}]\n"
    )
    for words in (
        ["audit", "app", "infra", "--baseline", "known.json", "--write-baseline"],
        ["audit", "app", "infra", "--baseline", "known.json", "--strict"],
        ["audit", "--fleet", "fleet.yaml", "--format", "json", "--debug"],
        ["report", "app", "infra", "--details"],
        ["init", "--dry-run", "app", "infra"],
    ):
        for text in everything(harbour.folder, harbour.run(*words)):
            assert leaks(text) == [], words
    assert len(json.loads((harbour.folder / "known.json").read_text())["faults"]) > 20


@pytest.mark.parametrize("harbour", BROKEN, indirect=True, ids=lambda change: change.__name__)
def test_no_broken_file_gives_its_secret_away(harbour: Terminal) -> None:
    for words in (["--format", "json"], ["--details"], ["--details", "--debug"]):
        seen = harbour.run("audit", "app", "infra", *words)
        assert seen.code == 0 or "--debug" in words, seen.err
        for text in everything(harbour.folder, seen):
            assert leaks(text) == []


def test_secrets_are_found_although_none_is_shown(harbour: Terminal) -> None:
    document = json.loads(harbour.run("audit", "app", "infra", "--format", "json").out)
    found = {
        f["location"]["path"]
        for p in document["practices"]
        for f in p["findings"]
        if f["outcome"] == "fault" and f["location"] and "secret" in f["help"].lower()
    }
    assert {"terraform/terraform.tfvars", "terraform/terraform.tfstate"} <= found
    assert "chart/values-production.yaml" in found
    assert ".github/workflows/deploy.yml" in found
    assert "manifests/secret.yaml" in found


@pytest.mark.parametrize(
    ("message", "kept"),
    [
        ("asks https://bot:x1y2@host/a?token=x1y2&b=x1y2, twice", "asks https://...@host/a?..."),
        ("asks /health?key=x1y2 (GET)", "asks /health?... (GET)"),
        (
            "source git::https://x1y2@host/m.git?ref=v1.2",
            "source git::https://...@host/m.git?ref=v1.2",
        ),
        ("mail ops@example.com; is it so? yes=no", "mail ops@example.com; is it so? yes=no"),
    ],
)
def test_an_address_keeps_its_place_and_loses_the_rest(message: str, kept: str) -> None:
    assert discreet(message).startswith(kept)
    assert "x1y2" not in discreet(message)


def test_the_traceback_of_a_fault_of_ours_does_not_quote_what_it_read(tmp_path: Path) -> None:
    from tests.engine.engine_site import write_practice

    write_practice(tmp_path / "practices", "buoys", 90)
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "x.buoy").write_text("EXPLODE\n")
    seen = Terminal(tmp_path, str(tmp_path / "practices")).run("audit", "app", "--debug")
    assert "Traceback" in seen.err
    assert "KeyError" in seen.err
    # The line of source that raises is ours and is shown; the exception's own text is not.
    shown = [line for line in seen.err.splitlines() if "s3cret-value" in line]
    assert shown == ['    raise KeyError("s3cret-value")']


PLAN_FORMATS = ("text", "json", "markdown", "html")


@pytest.mark.parametrize("harbour", [as_it_is, *BROKEN], indirect=True)
def test_no_plan_shows_a_secret(harbour: Terminal) -> None:
    for form in PLAN_FORMATS:
        harbour.run("plan", "app", "infra", "--format", form, "--output", f"plan.{form}")
    seen = harbour.run("plan", "app", "infra", "--out", "kept.plan")
    assert [leak for text in everything(harbour.folder, seen) for leak in leaks(text)] == []


def test_apply_writes_no_secret_and_its_run_keeps_none(harbour: Terminal) -> None:
    """What git holds is not copied; what is written is generated, or was there before."""
    seen = harbour.run("apply", "app", "infra", "--yes", "--quiet")
    assert leaks(seen.out) + leaks(seen.err) == []
    own = [
        file
        for name in ("app", "infra")
        for file in (harbour.folder / name / ".seatrial").rglob("*")
        if file.is_file()
    ]
    assert own
    found = [(f.name, leak) for f in own for leak in leaks(f.read_text("utf-8", errors="replace"))]
    assert found == []
