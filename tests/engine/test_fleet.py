"""Many applications at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from seatrial.engine.fleet import Audited, Broken, audit_fleet, read_fleet
from seatrial.engine.survey import AuditRequest
from seatrial.engine.watch import Silent
from seatrial.model.errors import SpecError
from tests.engine.engine_site import NOW


def fleet(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "fleet.yaml"
    file.write_text(text)
    return file


def test_a_broken_member_is_reported_and_the_rest_goes_on(harbour: Path, tmp_path: Path) -> None:
    (harbour / "seatrial.yaml").write_text("name: harbour\n")
    wrong = tmp_path / "wrong"
    wrong.mkdir()
    (wrong / "seatrial.yaml").write_text("nam: x\n")
    text = "applications:\n" + "".join(
        f"- {{name: n{number}, repositories: [{path}]}}\n"
        for number, path in enumerate(["harbour", "wrong", "gone", "harbour", "harbour"])
    )
    members = read_fleet(fleet(tmp_path, text))
    results = audit_fleet(members, AuditRequest(now=NOW), Silent())
    assert [m.name for m, _ in results] == ["n0", "n1", "n2", "n3", "n4"]
    kinds = [type(result) for _, result in results]
    assert kinds == [Audited, Broken, Broken, Audited, Audited]
    broken = [str(r.errors[0]) for _, r in results if isinstance(r, Broken)]
    assert "unknown key 'nam'" in broken[0]
    assert "no such folder" in broken[1]


@pytest.mark.usefixtures("harbour")
def test_a_member_that_dies_spoils_no_other(tmp_path: Path, buoys: Path) -> None:
    audit = buoys / "buoys" / "audit.py"
    deadly = "import os\n" + audit.read_text().replace(
        'raise KeyError("s3cret-value")', "os._exit(9)"
    )
    audit.write_text(deadly)
    dying = tmp_path / "dying"
    dying.mkdir()
    (dying / "a.buoy").write_text("EXPLODE\n")
    text = "applications:\n- {name: a, repositories: dying}\n- {name: b, repositories: harbour}\n"
    results = audit_fleet(read_fleet(fleet(tmp_path, text)), AuditRequest(now=NOW), Silent())
    (_, dead), (_, alive) = results
    assert isinstance(dead, Broken)
    assert "exit code 9" in str(dead.errors[0])
    assert isinstance(alive, Audited)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "no applications"),
        ("applications: []\n", 1, "no applications"),
        ("applications:\n- {nam: x, repositories: [a]}\n", 2, "unknown key 'nam'"),
        ("applications:\n- {name: x}\n", 2, "repositories is missing"),
        ("applications:\n- {repositories: [a]}\n", 2, "name is missing"),
        ("applications:\n- x\n", 2, "expected keys and values"),
        ("applications:\n- {name: x, repositories: a}\n- {name: x, repositories: b}\n", 3, "twice"),
        ("\tapplications", 1, "not valid YAML"),
    ],
)
def test_a_wrong_fleet_file_says_where(tmp_path: Path, text: str, line: int, message: str) -> None:
    file = fleet(tmp_path, text)
    with pytest.raises(SpecError, match=message) as caught:
        read_fleet(file)
    assert caught.value.place == f"{file}:{line}"
    assert caught.value.hint
