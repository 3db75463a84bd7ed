"""Dockerfiles: instructions with lines, stages, what holds in the final image."""

from __future__ import annotations

from pathlib import Path

import pytest

from seatrial.repo.code import dockerfiles
from seatrial.repo.code.dockerfiles import Dockerfile
from seatrial.repo.files import Root


def docker(folder: Path, text: str, name: str = "Dockerfile") -> Dockerfile:
    (folder / name).write_text(text)
    (found,) = dockerfiles.read(Root(folder))
    return found


def test_lines_survive_continuations_comments_and_heredocs(tmp_path: Path) -> None:
    made = docker(
        tmp_path,
        "# syntax=docker/dockerfile:1\nFROM debian\nRUN apt-get update && \\\n"
        "    # a comment\n\n    apt-get install -y curl\n"
        "RUN <<EOF\nset -e\npip install x\nEOF\nRUN --mount=type=cache,target=/x \\\n  make\n"
        "# RUN rm\nUSER app\n",
    )
    assert [(" ".join(c.argv), c.line) for c in made.commands] == [
        ("apt-get update", 3),
        ("apt-get install -y curl", 6),
        ("set -e", 8),
        ("pip install x", 9),
        ("make", 12),
    ]
    assert made.user is not None
    assert (made.user.line, made.runs_as_root) == (14, False)


def test_the_escape_directive_is_followed(tmp_path: Path) -> None:
    made = docker(tmp_path, "# escape=`\nFROM x\nRUN a `\n  && b\n")
    assert [c.program for c in made.commands] == ["a", "b"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("FROM python:3.12", ("python", "3.12", "", False)),
        ("FROM reg:5000/a/b@sha256:ab", ("reg:5000/a/b", "", "sha256:ab", True)),
        ("FROM reg:5000/a/b", ("reg:5000/a/b", "", "", False)),
        ("ARG V=1.2\nFROM --platform=$X node:${V}-slim", ("node", "1.2-slim", "", False)),
        ("FROM scratch", ("scratch", "", "", True)),
        ("FROM $BASE", ("$BASE", "", "", False)),
    ],
)
def test_base_images_are_split(
    tmp_path: Path, line: str, expected: tuple[str, str, str, bool]
) -> None:
    base = docker(tmp_path, line).base
    assert base is not None
    assert (base.name, base.tag, base.digest, base.is_pinned) == expected


def test_the_final_image_inherits_from_stages_of_the_file(tmp_path: Path) -> None:
    made = docker(
        tmp_path,
        "FROM a AS base\nUSER 1000\nEXPOSE 80\nHEALTHCHECK CMD curl x\nFROM b AS build\nUSER root\n"
        "FROM Base\nCOPY --from=build /x /y /z\nADD app.py .\n",
    )
    assert made.runs_as_root is False
    assert made.exposes == ("80",)
    assert made.healthcheck is not None
    assert [(c.sources, c.target, c.origin, c.is_add) for c in made.copies] == [
        (("/x", "/y"), "/z", "build", False),
        (("app.py",), ".", "", True),
    ]
    assert made.base is not None
    assert made.base.name == "a"


@pytest.mark.parametrize(
    ("text", "program"),
    [
        ('CMD ["uvicorn", "app:app"]', "uvicorn"),
        ("CMD exec gunicorn -b :$PORT app", "gunicorn"),
        ('ENTRYPOINT ["tini", "--"]\nCMD ["node", "x.js"]', "node"),
        ('ENTRYPOINT ["./docker-entrypoint.sh"]\nCMD ["python", "-m", "celery"]', "celery"),
        ('CMD ["sh", "-c", "alembic upgrade head && uvicorn x"]', "uvicorn"),
        ('CMD ["poetry", "run", "flask", "run"]', "flask"),
        ('CMD ["server.js"]', "node"),
        ('CMD ["bundle", "exec", "puma"]', "puma"),
        ("", ""),
    ],
)
def test_the_program_that_serves_is_found_behind_wrappers(
    tmp_path: Path, text: str, program: str
) -> None:
    assert docker(tmp_path, f"FROM x\n{text}\n").start_program == program


def test_values_of_variables_are_not_kept(tmp_path: Path) -> None:
    made = docker(tmp_path, 'FROM x\nENV TOKEN=hunter2 A="b c"\nARG EMPTY\nENV OLD style\n')
    found = [(v.name, v.has_value, v.line) for v in made.variables]
    assert found == [("TOKEN", True, 2), ("A", True, 2), ("EMPTY", False, 3), ("OLD", True, 4)]
    assert "hunter2" not in repr(made.instructions) + repr(made.stages) + repr(made.variables)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Dockerfile.prod", True),
        ("api.dockerfile", True),
        ("Containerfile", True),
        ("Dockerfile.dockerignore", False),
        ("dockerfile_test.go", False),
    ],
)
def test_names_of_dockerfiles(name: str, *, expected: bool) -> None:
    assert dockerfiles.is_dockerfile(name) is expected


@pytest.mark.parametrize(
    "text", ["", "RUN", "FROM", 'FROM x\nCMD [1,"', "FROM x\nRUN <<EOF\nno end", "\\"]
)
def test_broken_files_do_not_raise(tmp_path: Path, text: str) -> None:
    made = docker(tmp_path, text)
    assert made.start_program == ""
    assert made.variables == ()
    assert isinstance(made.commands, tuple)
