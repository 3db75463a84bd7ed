"""The pages say what the program does: they do not drift, commands run, nothing is left out."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from seatrial.cli import answer
from seatrial.cli.command import COMMANDS, LATER
from seatrial.cli.flags import FORMATS
from seatrial.engine import carry, load, runs
from seatrial.model import errors
from seatrial.report import FORMATS as RENDERERS
from seatrial.spec.shapes import entries
from seatrial.systems.github import errors as github_errors
from tests.pages import DOCS, REFERENCE, generated, handwritten, orphans, record
from tests.recording import PROJECT, Block, RecordingError, Sandbox, blocks, recorded

WRITTEN = [pytest.param(page, id=str(page.relative_to(PROJECT))) for page in handwritten()]
MADE = [pytest.param(page, make, id=page.name) for page, make in generated().items()]
ALL = [*WRITTEN, *(pytest.param(page, id=f"made-{page.name}") for page in generated())]
README = PROJECT / "README.md"


def text(page: Path) -> str:
    return page.read_text("utf-8")


def fenced(page: Path) -> list[Block]:
    return list(blocks(text(page)))


@pytest.mark.parametrize("page", WRITTEN)
def test_every_command_of_a_page_runs_and_prints_what_the_page_shows(page: Path) -> None:
    assert record(page) == text(page), "run `make docs` and read the difference"


@pytest.mark.parametrize(("page", "make"), MADE)
def test_a_generated_page_is_as_the_code_says(page: Path, make: Callable[[], str]) -> None:
    assert page.exists(), "run `make docs`"
    assert text(page) == make(), "run `make docs`"


def test_no_page_is_left_of_a_practice_that_is_gone() -> None:
    assert orphans() == []


def test_recorded_pages_show_no_fault_of_ours() -> None:
    for page in handwritten():
        assert "internal error" not in text(page), page
        assert "Traceback" not in text(page), page


def test_a_block_that_cannot_run_says_why_and_they_are_few() -> None:
    waived = [b for page in handwritten() for b in fenced(page) if "not run" in b.marks]
    assert len(waived) <= 2
    for block in waived:
        assert len(block.marks["not run"]) > 20
        assert block.language in {"bash", "console"}


@pytest.mark.parametrize("page", WRITTEN)
def test_a_fence_names_its_language(page: Path) -> None:
    for block in fenced(page):
        drawing = page.name == "architecture.md"
        assert block.language in {"bash", "console", "yaml"} or drawing, block


def test_a_wrong_exit_code_fails_the_recording(tmp_path: Path) -> None:
    sandbox = Sandbox(tmp_path)
    with pytest.raises(RecordingError):
        recorded("```console\n$ seatrial nonsense\n```\n", sandbox)
    with pytest.raises(RecordingError):
        recorded("<!-- exit: 1 -->\n```bash\ntrue\n```\n", sandbox)
    page = "<!-- exit: 2 -->\n```console\n$ seatrial schema\nold\n```\n"
    assert "old" not in recorded(page, sandbox)
    assert "error: " in recorded(page, sandbox)


@pytest.mark.parametrize("page", ALL)
def test_every_link_leads_somewhere(page: Path) -> None:
    prose = re.sub(r"^```.*?^```$", "", text(page), flags=re.DOTALL | re.MULTILINE)
    for target in re.findall(r"\]\(([^)\s]+)\)", prose):
        if target.startswith(("https://", "http://")):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), target
        if anchor:
            assert anchor in anchors(file), target


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", text(page), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", h.lower()).replace(" ", "-") for h in headings}


@pytest.mark.parametrize("page", ALL)
def test_a_page_names_nothing_of_this_machine(page: Path) -> None:
    private = [str(PROJECT), str(Path.home()), socket.gethostname(), "/tmp/", "/work/"]  # noqa: S108 - searched for, not written
    for word in private:
        assert len(word) < 4 or word not in text(page), word


def test_every_flag_of_every_command_is_documented() -> None:
    page = text(REFERENCE)
    for command in COMMANDS:
        section = page.partition(f"### seatrial {command}\n")[2].partition("\n### ")[0]
        assert section, command
        if command == "report":
            continue
        done = subprocess.run(
            [sys.executable, "-m", "seatrial", command, "--help"],
            capture_output=True,
            text=True,
            check=True,
        )
        flags = set(re.findall(r"(?<![\w-])--[a-z-]+", done.stdout.partition("\noptions:")[2]))
        flags &= set(re.findall(r"^ {2}(?:-\w, )?(--[a-z-]+)", done.stdout, re.MULTILINE))
        assert flags, command
        assert [flag for flag in flags if f"`{flag}" not in section] == []


def test_every_exit_code_is_documented() -> None:
    codes = {answer.YES, answer.NO, answer.WRONG, answer.OPEN, 130}
    modules = (errors, runs, carry, github_errors)
    kinds = [k for module in modules for k in vars(module).values() if isinstance(k, type)]
    codes |= {k.exit_code for k in kinds if issubclass(k, errors.SeatrialError)}
    for page in (README, REFERENCE):
        assert {int(c) for c in re.findall(r"^\| (\d+) \|", text(page), re.MULTILINE)} == codes


def test_every_setting_is_documented_with_its_meaning() -> None:
    for practice in load.practices():
        pages = [REFERENCE, DOCS / "practices" / f"{practice.id}.md"]
        for entry in entries(load.rules(practice).settings):
            assert entry.shape.limits.text, f"{practice.id}.{entry.name} has no help"
            for page in pages:
                row = f"| `{entry.name}` |"
                assert row in text(page).partition(f"practices.{practice.id}")[2], row


def test_every_rule_has_a_place_on_its_page_and_in_the_reference() -> None:
    reference = text(REFERENCE)
    for practice in load.practices():
        page = text(DOCS / "practices" / f"{practice.id}.md")
        for check in load.rules(practice).checks:
            assert f"### {check.rule.partition('/')[2]}\n" in page
            assert f"[{check.rule}](" in reference


def test_every_format_is_documented() -> None:
    assert set(FORMATS) == set(RENDERERS)
    rows = re.findall(r"^\| `(\w+)` \|", text(DOCS / "guide" / "reports.md"), re.MULTILINE)
    assert rows == list(FORMATS)


def test_the_readme_says_which_verbs_are_missing() -> None:
    missing = "\n".join(line for line in text(README).splitlines() if "not in this version" in line)
    for verb in ("prove",):
        assert verb in LATER
        assert f"`{verb}`" in missing or f"`seatrial {verb}`" in missing
    for command in COMMANDS:
        assert f"`{command}`" not in missing


def test_the_first_screen_names_the_two_commands_and_make_knows_them() -> None:
    first = "\n".join(text(README).splitlines()[:25])
    for target in ("demo", "test"):
        assert f"make {target}" in first
        subprocess.run(["make", "-n", target], cwd=PROJECT, check=True, capture_output=True)


def workflows() -> list[tuple[str, str]]:
    return [
        (page.name, "\n".join(block.body) + "\n")
        for page in handwritten()
        for block in fenced(page)
        if ".github/workflows/seatrial" in block.marks.get("file", "")
    ]


def test_workflows_of_the_pages_pass_a_linter(tmp_path: Path) -> None:
    assert len(workflows()) == 2
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    for name, body in workflows():
        # A commit, so that the linter can judge the reference; readers put theirs.
        (folder / f"{name}.yml").write_text(body.replace("@COMMIT", f"@{'0' * 40}"))
    shutil.copy(PROJECT / "action.yml", tmp_path)
    zizmor = Path(sys.executable).with_name("zizmor")
    done = subprocess.run(
        [str(zizmor), "--offline", "--quiet", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_actions_of_the_pages_are_pinned_to_known_commits(contracts: Path) -> None:
    known = json.loads((contracts / "actions.json").read_text())["actions"]
    seen = [m for _, body in workflows() for m in re.findall(r"uses: (\S+)@(\S+)( # (\S+))?", body)]
    assert seen
    for name, commit, _, version in seen:
        if name == "OWNER/seatrial":
            continue
        action = known.get(name) or known["/".join(name.split("/")[:2])]
        assert (commit, version) == (action["commit"], action["version"])


def test_the_steps_of_the_readme_and_of_the_action_run(tmp_path: Path) -> None:
    sandbox = Sandbox(tmp_path)
    (_, readme), _ = workflows()
    job = yaml.safe_load(readme)["jobs"]["audit"]
    commands = [s["run"] for s in job["steps"] if s.get("run", "").startswith("seatrial ")]
    codes = [sandbox.run(command)[1] for command in commands]
    assert codes == [0, 1]
    assert json.loads((sandbox.folder / "seatrial.sarif").read_text())["runs"]

    step = yaml.safe_load(text(PROJECT / "action.yml"))["runs"]["steps"][-1]
    (tmp_path / "seatrial").mkdir()
    (tmp_path / "seatrial" / "bin").symlink_to(sandbox.bin)
    inputs = {"PATHS": "examples/vmshift examples/iac-vmshift", "FORMAT": "json", "OUTPUT": "x"}
    given = {"FAIL_ON": "none", "BASELINE": "", "RUNNER_TEMP": str(tmp_path)} | inputs
    exports = "".join(f"export {key}='{value}'\n" for key, value in given.items())
    output, code = sandbox.run(exports + step["run"])
    assert (output, code) == ("", 0)
    roles = [r["role"] for r in json.loads((sandbox.folder / "x").read_text())["repositories"]]
    assert roles == ["app", "infra"]
    assert set(step["env"]) == set(given) - {"RUNNER_TEMP"}


def test_the_hook_is_valid_and_its_command_runs(tmp_path: Path) -> None:
    tool = str(Path(sys.executable).with_name("pre-commit"))
    environment = os.environ | {"PRE_COMMIT_HOME": str(tmp_path / "cache")}
    for words in (
        ["validate-manifest", ".pre-commit-hooks.yaml"],
        ["validate-config", ".pre-commit-config.yaml"],
    ):
        subprocess.run([tool, *words], cwd=PROJECT, env=environment, check=True)
    (hook,) = yaml.safe_load(text(PROJECT / ".pre-commit-hooks.yaml"))
    configured = next(b for b in fenced(README) if b.marks.get("file") == ".pre-commit-config.yaml")
    (used,) = yaml.safe_load("\n".join(configured.body))["repos"][0]["hooks"]
    assert used["id"] == hook["id"]
    sandbox = Sandbox(tmp_path)
    assert sandbox.run(" ".join([hook["entry"], *used["args"]]))[1] == 1
    assert sandbox.run(hook["entry"])[1] == 0
