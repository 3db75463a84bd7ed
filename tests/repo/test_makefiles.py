"""Named tasks of all runners, and commands followed through them."""

# ruff: noqa: E501 # the text of a runner's file stands on one line
from __future__ import annotations

from pathlib import Path

import pytest

from seatrial.repo.commands import makefiles, scripts, shell
from seatrial.repo.files import Root


def root_of(folder: Path, **files: str) -> Root:
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    return Root(folder)


def programs(root: Root, line: str, folder: str = "") -> list[str]:
    commands = shell.parse(line).commands
    found = makefiles.expand(
        commands, makefiles.read(root), scripts=scripts.read(root), folder=folder
    )
    return [" ".join(c.argv) for c in found]


def test_a_make_target_runs_its_needs_first_and_fills_in_constants(tmp_path: Path) -> None:
    root = root_of(
        tmp_path,
        Makefile="PY ?= python3\nRUN = $(PY) -m\nGIT := $(shell git rev-parse HEAD)\n"
        ".PHONY: test\nlint: ## Lint\n\t@ruff check .\n"
        "test: lint\n\t$(RUN) pytest \\\n\t  -q $(GIT)\n\t-rm -f x\n# deploy:\n#\thelm upgrade\n",
    )
    assert programs(root, "make test") == [
        "make test",
        "ruff check .",
        "python3 -m pytest -q ${GIT}",
        "rm -f x",
    ]
    assert "deploy" not in makefiles.tasks_by_name(makefiles.read(root))
    assert makefiles.tasks_by_name(makefiles.read(root))["test"][0].place.line == 7


def test_a_leading_dash_masks_only_its_own_line(tmp_path: Path) -> None:
    root = root_of(tmp_path, Makefile="t:\n\t-pytest\n\truff check . && mypy .\n")
    (task,) = makefiles.read(root).all
    assert [c.masked for c in task.commands] == [True, False, False]


def test_recursive_make_follows_the_folder_and_a_loop_ends(tmp_path: Path) -> None:
    root = root_of(
        tmp_path,
        Makefile="all: all\n\t$(MAKE) -C api test\n\tcd web && npm test\n\t$(MAKE) all\n",
        **{
            "api/Makefile": "test:\n\tgo test ./...\n",
            "web/package.json": '{"scripts": {"pretest": "eslint .", "test": "jest --ci"}}',
        },
    )
    found = programs(root, "make")
    assert "go test ./..." in found
    assert found.index("eslint .") < found.index("jest --ci")


def test_an_unknown_target_or_folder_is_not_guessed(tmp_path: Path) -> None:
    root = root_of(tmp_path, **{"a/Makefile": "test:\n\tpytest\n", "b/Makefile": "test:\n\tjest\n"})
    assert programs(root, "make test") == ["make test"]
    assert programs(root, "cd $DIR && make test")[-1] == "make test"
    assert programs(root, "cd b && make test")[-1] == "jest"
    assert programs(root, "make test", folder="a")[-1] == "pytest"


@pytest.mark.parametrize(
    ("command", "name", "text", "expected"),
    [
        ("just ci", "justfile", "set shell := ['bash']\nci: lint\n    @pytest -q\nlint:\n    ruff check\n", "pytest -q"),
        ("task test", "Taskfile.yml", "version: '3'\ntasks:\n  test:\n    deps: [lint]\n    cmds:\n      - go test ./...\n  lint: golangci-lint run\n", "go test ./..."),
        ("npm t", "package.json", '{"scripts": {"test": "vitest run"}}', "vitest run"),
        ("yarn workspace web test:ci", "web/package.json", '{"scripts": {"test:ci": "jest"}}', "jest"),
        ("npx turbo run test", "web/package.json", '{"scripts": {"test": "jest"}}', "jest"),
        ("composer test", "composer.json", '{"scripts": {"test": ["@lint", "phpunit"], "lint": "phpcs"}}', "phpunit"),
        ("tox -e lint", "tox.ini", "[tox]\nenvlist = py311,lint\n[testenv]\ncommands =\n    pytest {posargs}\n[testenv:lint]\ncommands = ruff check .\n", "ruff check ."),
        ("tox", "tox.ini", "[tox]\nenvlist = py311\n[testenv]\ncommands =\n    pytest {posargs}\n", "pytest"),
        ("tox", "tox.toml", 'env_list = ["a"]\n[env_run_base]\ncommands = [["pytest", "-q", {replace = "posargs"}]]\n', "pytest -q"),
        ("poetry run poe test", "pyproject.toml", '[tool.poe.tasks]\ntest = {cmd = "pytest -x"}\n', "pytest -x"),
        ("hatch run check:types", "pyproject.toml", '[tool.hatch.envs.check.scripts]\ntypes = "mypy ."\n', "mypy ."),
        ("pdm run test", "pyproject.toml", '[tool.pdm.scripts]\ntest = "pytest"\n', "pytest"),
        ("python -m nox -s tests-3.11", "noxfile.py", "import nox\n@nox.session(python=['3.11'])\ndef tests(session):\n    session.run('pytest', '-q', *session.posargs)\n", "pytest -q $ARGUMENT"),
    ],
)  # fmt: skip
def test_every_runner_is_followed(
    tmp_path: Path, command: str, name: str, text: str, expected: str
) -> None:
    assert expected in programs(root_of(tmp_path, **{name: text}), command)


def test_what_was_followed_keeps_the_line_and_the_mask_of_the_caller(tmp_path: Path) -> None:
    root = root_of(tmp_path, Makefile="\n\n\ntest:\n\tpytest\n")
    commands = shell.parse("echo hi\nmake test || true", line=40).commands
    last = makefiles.expand(commands, makefiles.read(root))[2]
    assert (last.program, last.line, last.masked) == ("pytest", 41, True)


def test_broken_task_files_are_noted_and_never_raise(tmp_path: Path) -> None:
    root = root_of(
        tmp_path,
        Makefile="a:\n\t$(\n$(:\n=\n:\n",
        **{"package.json": '{"scripts": [', "pyproject.toml": "= =", "noxfile.py": "def ("},
    )
    assert [t.name for t in makefiles.read(root).all] == ["a"]
    assert {t.place.path for t in root.troubles} >= {"package.json", "pyproject.toml", "noxfile.py"}


def test_tasks_that_explode_end_at_the_bound(tmp_path: Path) -> None:
    rules = "".join(f"t{i}: t{i + 1}\n" + f"\t$(MAKE) t{i + 1}\n" * 60 for i in range(8))
    root = root_of(tmp_path, Makefile=rules + "t8:\n\ttrue\n")
    found = makefiles.expand(shell.parse("make t0").commands, makefiles.read(root), 9)
    assert len(found) <= makefiles.MAX_COMMANDS + 1


def test_only_the_file_of_the_asked_runner_is_parsed(tmp_path: Path) -> None:
    root = root_of(tmp_path, Makefile="t:\n\ttrue\n", **{"package.json": "{"})
    programs(root, "make t")
    assert root.troubles == []
