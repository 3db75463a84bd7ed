"""Expressions in scripts become shell variables that the shell reads as one word."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from seatrial.kit.planning.injected import sanitised
from seatrial.repo.files import File, Root
from seatrial.repo.steps import Step
from seatrial.repo.yaml import parse


def _step(run: str, shell: str = "") -> Step:
    body = "".join(f"  {line}\n" for line in run.split("\n"))
    text = f"run: |-\n{body}" + (f"shell: {shell}\n" if shell else "")
    return Step(File(Root(Path(__file__).parent, "a", git=False), "a.yaml"), parse(text).first)


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        ("deploy ${{ inputs.name }}", 'deploy "${INPUTS_NAME}"'),
        ('echo "a ${{ inputs.name }} b"', 'echo "a ${INPUTS_NAME} b"'),
        ("echo '${{ inputs.name }}'", "echo ''\"${INPUTS_NAME}\"''"),
        ('echo "$(cat ${{ inputs.name }})"', 'echo "$(cat "${INPUTS_NAME}")"'),
        ("for f in ${{ inputs.name }}; do", "for f in ${INPUTS_NAME}; do"),
        (
            "git push origin HEAD:${{ github.ref_name }}",
            'git push origin HEAD:"${GITHUB_REF_NAME}"',
        ),
        ("echo ${{ github.sha }} ${{ secrets.A }}", "echo ${{ github.sha }} ${{ secrets.A }}"),
        ("# it's ${{ inputs.name }}\necho 'a'", "# it's ${INPUTS_NAME}\necho 'a'"),
    ],
)
def test_quotes_are_kept(run: str, expected: str) -> None:
    script = sanitised(_step(run))
    assert script is not None
    assert script.run == expected
    assert sanitised(_step(script.run)) is not None


def test_what_a_stranger_writes_is_not_run(tmp_path: Path) -> None:
    script = sanitised(
        _step('echo "title: ${{ github.event.pull_request.title }}" ${{ inputs.a }}')
    )
    assert script is not None
    evil = f'$(touch {tmp_path}/a) "; touch {tmp_path}/b; `touch {tmp_path}/c`'
    env = {name: evil for name, _ in script.env}
    command = ["bash", "-c", script.run]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    assert done.stdout == f"title: {evil} {evil}\n"
    assert list(tmp_path.iterdir()) == []


def test_other_shells_and_texts_are_left() -> None:
    assert sanitised(_step("print(${{ inputs.a }})", "python")) is None
    assert sanitised(_step("cat <<'E'\n${{ inputs.a }}\nE")) is None
