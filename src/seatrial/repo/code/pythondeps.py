"""Dependencies of Python: requirements files, pyproject.toml and Pipfile."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from seatrial.repo.code.dependency import Dependency, clean
from seatrial.repo.commands.pytasks import Toml, table, toml
from seatrial.repo.files import File

_DEV_WORDS: Final = frozenset(
    "dev develop development test tests testing lint linting docs doc typing types mypy ci local"
    " format style pre precommit quality bench benchmark coverage debug".split()
)


def requirements(file: File) -> Iterator[Dependency]:
    """Yield the lines of a requirements file; options and included files are left out."""
    dev = is_dev(file.name.rpartition(".")[0])
    continued = False
    for number, line in enumerate(file.lines, 1):
        text = line.strip()
        if text and not continued and not text.startswith(("#", "-")):
            yield from one(file, text.partition(" #")[0].rstrip("\\ "), number, dev=dev)
        continued = text.endswith("\\")


def one(file: File, text: str, line: int, *, dev: bool) -> Iterator[Dependency]:
    """Yield the dependency that a PEP 508 text names; nothing for a path or a bare URL."""
    wanted = text.partition(";")[0].strip().partition(" --")[0]
    match = re.match(r"([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*(.*)", wanted)
    if not match or "://" in match[1] or match[2].startswith((":", "/")):
        return
    spec = match[2].strip("() ")
    exactly = spec.startswith("==") and "," not in spec and "*" not in spec
    by_commit = bool(re.search(r"@[0-9a-f]{40}\b", spec))
    yield Dependency(match[1], clean(spec), file.place(line), exactly or by_commit, dev, "python")


def is_dev(name: str) -> bool:
    """True when a group or file is named after development, tests or documentation."""
    return not _DEV_WORDS.isdisjoint(re.split(r"[^a-z]+", name.lower()))


def pyproject(file: File) -> Iterator[Dependency]:
    """Yield dependencies of PEP 621 and 735, poetry, pdm, hatch and uv tables."""
    data = toml(file)
    project = table(data, "project")
    yield from _listed(file, project.get("dependencies"), dev=False)
    for group, texts in table(project, "optional-dependencies").items():
        yield from _listed(file, texts, dev=is_dev(group))
    for group, texts in table(data, "dependency-groups").items():
        # PEP 735 groups are never installed by users of the package.
        yield from _listed(file, texts, dev=is_dev(group) or bool(project))
    tool = table(data, "tool")
    yield from _listed(file, table(tool, "uv").get("dev-dependencies"), dev=True)
    for texts in table(tool, "pdm", "dev-dependencies").values():
        yield from _listed(file, texts, dev=True)
    for environment in table(tool, "hatch", "envs").values():
        yield from _listed(file, table(environment).get("dependencies"), dev=True)
    yield from _poetry(file, table(tool, "poetry"))


def pipfile(file: File) -> Iterator[Dependency]:
    """Yield the packages of a Pipfile."""
    data = toml(file)
    yield from _mapped(file, table(data, "packages"), dev=False)
    yield from _mapped(file, table(data, "dev-packages"), dev=True)


def _poetry(file: File, data: dict[str, Toml]) -> Iterator[Dependency]:
    yield from _mapped(file, table(data, "dependencies"), dev=False)
    yield from _mapped(file, table(data, "dev-dependencies"), dev=True)
    for group, body in table(data, "group").items():
        yield from _mapped(file, table(body, "dependencies"), dev=group != "main")


def _listed(file: File, texts: Toml, *, dev: bool) -> Iterator[Dependency]:
    for text in texts if isinstance(texts, list) else []:
        if isinstance(text, str):
            line = file.line_of(f'"{text}"') or file.line_of(f"'{text}'") or 1
            yield from one(file, text, line, dev=dev)


def _mapped(file: File, entries: dict[str, Toml], *, dev: bool) -> Iterator[Dependency]:
    lines = _keys(file, entries)
    for name, value in entries.items():
        if name == "python":
            continue
        body = value if isinstance(value, dict) else {"version": value}
        written = body.get("version")
        spec = written if isinstance(written, str) else ""
        for source in ("git", "url"):
            if isinstance(body.get(source), str):
                spec = str(body[source])
        exactly = spec.startswith("==") or spec[:1].isdigit()
        pinned = exactly and "*" not in spec and "," not in spec
        pinned = pinned or len(str(body.get("rev", ""))) == 40  # noqa: PLR2004 # a whole commit
        yield Dependency(name, clean(spec), file.place(lines.get(name, 1)), pinned, dev, "python")


def _keys(file: File, names: Iterable[str]) -> dict[str, int]:
    """First line on which each key is set."""
    wanted = set(names)
    found: dict[str, int] = {}
    for number, line in enumerate(file.lines, 1):
        key = line.partition("=")[0].strip().strip("\"'")
        if key in wanted and "=" in line:
            found.setdefault(key, number)
    return found
