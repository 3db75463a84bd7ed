"""How the tests of a Python project are installed and run."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from seatrial.kit.site import Site
from seatrial.model.struct import replace
from seatrial.practices.automated_testing.evidence import floors
from seatrial.practices.automated_testing.recipe import Recipe, put
from seatrial.repo.files import Root

TOOLS: Final = {
    "pytest": "9.2.0",
    "pytest-cov": "7.1.0",
    "coverage": "7.17.4",
    "httpx": "0.28.1",
}
"""Tools of tests in the versions that a lane installs where the project fixes none."""
CONSTRAINTS: Final = ".github/test-constraints.txt"
"""File with those versions, for `pip install --constraint`."""
_DEV_FILES: Final = (
    "requirements-dev.txt",
    "requirements-test.txt",
    "requirements-tests.txt",
    "requirements_dev.txt",
    "requirements_test.txt",
    "dev-requirements.txt",
    "test-requirements.txt",
    "requirements/dev.txt",
    "requirements/test.txt",
    "requirements/tests.txt",
    "requirements/local.txt",
)
_EXTRAS: Final = ("test", "tests", "testing", "dev")


def python(site: Site[object], root: Root, folder: str, version: str) -> Recipe:
    """Steps for one project."""

    def text(name: str) -> str:
        file = root.files.get(put(folder, name))
        return file.text if file else ""

    runner, install, cached = _install(text, folder, pinned=bool(loose_tools(site, root)))
    own = any(p.path.startswith(folder) and not p.path.startswith(".github/") for p in floors(site))
    django = bool(text("manage.py")) and "pytest" not in "".join(text(n) for n in _readable())
    if django:
        measured = "coverage run --source=. manage.py test"
        run = [f"{runner}python -m {measured}", f"{runner}coverage xml -o results/coverage.xml"]
        run.append(f'{runner}coverage report --fail-under="$COVERAGE_FLOOR"')
    else:
        source = (
            "--cov" if own or "[tool.coverage" in text("pyproject.toml") else _sources(root, folder)
        )
        limit = "" if own else ' --cov-fail-under="$COVERAGE_FLOOR"'
        run = [
            f"{runner}python -m pytest {source} --cov-report=term \\",
            f"  --cov-report=xml:results/coverage.xml --junitxml=results/junit.xml{limit}",
        ]
    action = "astral-sh/setup-uv" if runner.startswith("uv") else "actions/setup-python"
    inputs = [f'python-version: "{version}"', *cached]
    made = Recipe(
        "\n".join([action, *inputs]), tuple(install), tuple(run), "results", has_floor=True
    )
    return with_tools(site, root, made, ("coverage",) if django else ("pytest", "pytest-cov"))


def loose_tools(site: Site[object], root: Root) -> list[str]:
    """Tools that the project asks for and fixes no version of."""
    specs = {name: spec for name, spec in _declared(site, root) if name in TOOLS}
    return sorted(name for name, spec in specs.items() if not spec)


def with_tools(site: Site[object], root: Root, recipe: Recipe, names: tuple[str, ...]) -> Recipe:
    """The same steps with the libraries installed that the project lacks, in fixed versions."""
    there = {name for name, _ in _declared(site, root)}
    more = " ".join(f"{name}=={TOOLS[name]}" for name in names if name not in there)
    if not more or not recipe.install:
        return recipe
    *first, last = recipe.install
    if last.startswith("pip install"):
        return replace(recipe, install=(*first, f"{last} {more}"))
    if last.startswith("poetry"):
        return replace(recipe, install=(*recipe.install, f"poetry run pip install {more}"))
    words = " ".join(f"--with {word}" for word in more.split())
    run = tuple(line.replace("uv run ", f"uv run {words} ", 1) for line in recipe.run)
    return replace(recipe, run=run)


def _declared(site: Site[object], root: Root) -> Iterator[tuple[str, str]]:
    for dependency in site.repo.dependencies:
        if dependency.ecosystem == "python" and dependency.place.repository == root.name:
            yield dependency.name.lower().replace("_", "-").partition("[")[0], dependency.spec


def _readable() -> tuple[str, ...]:
    return ("pyproject.toml", "requirements.txt", *_DEV_FILES, "Pipfile", "pytest.ini")


def _install(
    text: Callable[[str], str], folder: str, *, pinned: bool
) -> tuple[str, list[str], list[str]]:
    up = "../" * (folder.count("/") + 1) if folder else ""
    limits = [f"--constraint {up}{CONSTRAINTS}"] if pinned else []
    if text("uv.lock"):
        return "uv run ", ["uv sync --locked --all-groups --all-extras"], []
    if text("poetry.lock"):
        return "poetry run ", ["pipx install poetry==2.2.1", "poetry install --no-interaction"], []
    dev = next((name for name in _DEV_FILES if text(name)), "")
    plain = "requirements.txt" if text("requirements.txt") else ""
    files = [name for name in (plain, dev) if name]
    if dev and plain and re.search(rf"^-r\s*(?:\.\./)?{re.escape(plain)}", text(dev), re.MULTILINE):
        files = [dev]
    words = [f"--requirement {name}" for name in files]
    project = text("pyproject.toml")
    if not words and ("[project]" in project or "[build-system]" in project or text("setup.py")):
        extra = next(
            (e for e in _EXTRAS if re.search(rf"^{e}\s*=\s*\[", project, re.MULTILINE)), ""
        )
        grouped = extra and "[dependency-groups]" in project
        words = [f'--editable ".[{extra}]"' if extra and not grouped else "--editable ."]
        words += [f"--group {extra}"] if grouped else []
    cached = ["cache: pip"]
    paths = [put(folder, name) for name in files or ["pyproject.toml", "setup.py"] if text(name)]
    if paths:
        cached += ["cache-dependency-path: |", *(f"  {path}" for path in paths)]
    return "", [f"pip install {' '.join([*words, *limits])}"], cached if paths else []


def _sources(root: Root, folder: str) -> str:
    """`--cov` of each package of the project; of everything where there is none."""
    above = f"{folder}/" if folder else ""
    packages = sorted(
        {
            p.removeprefix(above).split("/")[0]
            for p in root.files
            if p.startswith(above) and p.endswith(".py") and p.removeprefix(above).count("/") == 1
        }
    )
    other = ("test", "doc", "example", "migration", "script", "alembic", "bench")
    own = [p for p in packages if not p.lower().startswith(other)]
    return " ".join(f"--cov={name}" for name in own) if own else "--cov=."
