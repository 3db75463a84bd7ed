"""Whole screens, as a person sees them; `pytest --accept` rewrites them, review them as prose."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.terminal import Terminal

GOLDEN = Path(__file__).parent / "golden"

SCREENS = {
    "help": ["--help"],
    "audit-help": ["audit", "--help"],
    "report-help": ["report", "--help"],
    "explain-help": ["explain", "--help"],
    "init-help": ["init", "--help"],
    "schema-help": ["schema", "--help"],
    "audit": ["audit", "harbour"],
    "audit-details": ["audit", "harbour", "--details"],
    "audit-one": ["audit", "harbour", "90"],
    "audit-ascii": ["audit", "harbour", "buoys"],
    "fail-on": ["audit", "harbour", "--fail-on", "high"],
    "practices": ["practices"],
    "explain-practice": ["explain", "buoys"],
    "explain-rule": ["explain", "buoys/broken"],
    "explain-own-rule": ["explain", "seatrial/expired-waiver"],
    "init": ["init", "--dry-run", "harbour"],
    "fleet": ["audit", "--fleet", "fleet.yaml"],
    "waived": ["audit", "waived"],
    "no-command": ["audti"],
    "no-practice": ["audit", "harbour", "bouys"],
    "no-rule": ["explain", "buoys/brokn"],
    "no-folder": ["audit", "./none"],
    "wrong-spec": ["audit", "wrong"],
}


@pytest.mark.parametrize("name", SCREENS)
def test_the_screen_is_as_agreed(terminal: Terminal, name: str, *, accept: bool) -> None:
    prepare(terminal.folder)
    variables = {"LANG": "C", "PYTHONIOENCODING": "ascii"} if "ascii" in name else {}
    seen = terminal.run(*SCREENS[name], **variables, COLUMNS="100")
    said = "".join(f"! {line}\n" for line in seen.err.splitlines())
    screen = f"$ seatrial {' '.join(SCREENS[name])}\n{seen.out}{said}=> exit code {seen.code}\n"
    golden = GOLDEN / f"{name}.txt"
    if accept:
        golden.write_text(screen, "utf-8")
    assert screen == golden.read_text("utf-8")


FLEET = """\
applications:
- {name: harbour, repositories: harbour}
- {name: lost, repositories: gone}
"""
WRONG = "practices:\n  buoys:\n    wrod: x\n"
WAIVED = """\
waivers:
- {rule: buoys/*, reason: calm water, owner: ops, expires: 2999-01-01}
- {rule: light-houses/*, reason: calm water, owner: ops, expires: 2020-01-01}
"""


def prepare(folder: Path) -> None:
    (folder / "fleet.yaml").write_text(FLEET)
    for name, text in (("wrong", WRONG), ("waived", WAIVED)):
        (folder / name).mkdir()
        (folder / name / "a.buoy").write_text("BROKEN two\n")
        (folder / name / "seatrial.yaml").write_text(text)
