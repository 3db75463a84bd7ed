"""Shell scripts, and the commands that start them."""

from __future__ import annotations

from pathlib import Path

import pytest

from seatrial.repo.commands import scripts, shell
from seatrial.repo.files import Root


@pytest.fixture
def root(tmp_path: Path) -> Root:
    for path, text in {
        "scripts/deploy.sh": "#!/bin/bash -eu\nkubectl apply -f k8s\n",
        "bin/setup": "#!/usr/bin/env bash\nnpm ci\n",
        "bin/console": "#!/usr/bin/env ruby\nputs 1\n",
        "LICENSE": "#!/bin/sh\n",
        "notes.txt": "#!/bin/sh\n",
    }.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    return Root(tmp_path)


def test_scripts_are_known_by_ending_or_first_line(root: Root) -> None:
    assert [s.file.path for s in scripts.read(root).all] == ["bin/setup", "scripts/deploy.sh"]


def test_errexit_of_the_first_line_is_kept(root: Root) -> None:
    script = scripts.read(root).at("scripts/deploy.sh")
    assert script is not None
    assert script.script.errexit
    assert script.commands[0].line == 2


@pytest.mark.parametrize(
    ("line", "folder", "expected"),
    [
        ("./scripts/deploy.sh prod", "", "scripts/deploy.sh"),
        ("bash -x scripts/deploy.sh", "", "scripts/deploy.sh"),
        (". ./deploy.sh", "scripts", "scripts/deploy.sh"),
        ("../scripts/deploy.sh", "bin", "scripts/deploy.sh"),
        ("scripts/deploy.sh", "bin", "scripts/deploy.sh"),
        ('"$GITHUB_WORKSPACE/scripts/deploy.sh"', "bin", "scripts/deploy.sh"),
        ("${{ github.workspace }}/bin/setup", "", "bin/setup"),
        ("bin/console", "", None),
        ("bash -c 'echo scripts/deploy.sh'", "", None),
        ("./scripts/$NAME.sh", "", None),
        ("../../etc/passwd.sh", "", None),
        ("deploy.sh", "", None),
    ],
)
def test_a_command_leads_to_its_script(
    root: Root, line: str, folder: str, expected: str | None
) -> None:
    found = scripts.read(root).called(shell.parse(line).commands[0], folder)
    assert (found.file.path if found else None) == expected


def test_a_script_beside_its_caller_is_found(root: Root) -> None:
    command = shell.parse('"$(dirname "$0")"/deploy.sh').commands[-1]
    found = scripts.read(root).called(command, "", "scripts")
    assert found is not None
