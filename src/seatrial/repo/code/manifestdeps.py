"""Dependencies of Node, PHP, Go, Rust and Ruby."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from seatrial.repo.code.dependency import Dependency, clean, exact
from seatrial.repo.commands.pytasks import Toml, key_line, table, toml
from seatrial.repo.files import File

_NODE: Final = {
    "dependencies": False,
    "optionalDependencies": False,
    "peerDependencies": False,
    "devDependencies": True,
}
_PHP: Final = {"require": False, "require-dev": True}


def package_json(file: File) -> Iterator[Dependency]:
    """Yield the dependencies of a package.json."""
    yield from _sections(file, _NODE, "node")


def composer_json(file: File) -> Iterator[Dependency]:
    """Yield the packages of a composer.json, PHP itself and its extensions left out."""
    for found in _sections(file, _PHP, "php"):
        if found.name != "php" and not found.name.startswith(("ext-", "lib-", "composer-")):
            yield found


def _sections(file: File, sections: dict[str, bool], ecosystem: str) -> Iterator[Dependency]:
    document = file.yaml.first
    for section, dev in sections.items():
        node = document.at(section)
        for name, value in node.pairs():
            spec = value.text
            place = file.place(node.line_of(name))
            yield Dependency(name, clean(spec), place, exact(spec), dev, ecosystem)


def go_mod(file: File) -> Iterator[Dependency]:
    """Yield the requirements of a go.mod."""
    inside = False
    for number, line in enumerate(file.lines, 1):
        code, _, comment = line.strip().partition("//")
        words = code.split()
        if words[:1] == ["require"] and words[1:] != ["("]:
            words = words[1:]
        elif words[:2] == ["require", "("]:
            inside = True
            continue
        elif words == [")"]:
            inside = False
            continue
        elif not inside:
            continue
        if len(words) == 2:  # noqa: PLR2004 # module and version
            indirect = "indirect" in comment
            place = file.place(number)
            yield Dependency(
                words[0], words[1], place, pinned=True, dev=False, ecosystem="go", indirect=indirect
            )


def cargo_toml(file: File) -> Iterator[Dependency]:
    """Yield the crates of a Cargo.toml, also those of targets and of the workspace."""
    data = toml(file)
    tables = [data, table(data, "workspace"), *(table(t) for t in table(data, "target").values())]
    for holder in tables:
        for section in ("dependencies", "build-dependencies", "dev-dependencies"):
            for name, value in table(holder, section).items():
                yield _crate(file, name, value, dev=section.startswith("dev"))


def _crate(file: File, name: str, value: Toml, *, dev: bool) -> Dependency:
    body = value if isinstance(value, dict) else {"version": value}
    package = body.get("package")
    spec = next((v for k in ("version", "git") if isinstance(v := body.get(k), str)), "")
    pinned = spec.startswith("=") or isinstance(body.get("rev"), str)
    real = package if isinstance(package, str) else name
    return Dependency(real, clean(spec), file.place(key_line(file, name)), pinned, dev, "rust")


def gemfile(file: File) -> Iterator[Dependency]:
    """Yield the gems of a Gemfile or gemspec; what Ruby computes is left out."""
    blocks: list[bool] = []
    for number, line in enumerate(file.lines, 1):
        text = line.strip()
        if text.startswith("#"):
            continue
        if re.match(r"group\b.*\bdo\b", text):
            blocks.append(_only_dev(text))
        elif re.search(r"\bdo\b(\s*\|[^|]*\|)?\s*$|^(if|unless|case)\b", text):
            blocks.append(False)
        elif text == "end" and blocks:
            blocks.pop()
        match = re.match(
            r"(?:gem|\w+\.add_(?:(?:runtime|development)_)?dependency)[ (]+"
            r"[\"']([\w./-]+)[\"'](.*)",
            text,
        )
        if match:
            dev = any(blocks) or _only_dev(match[2]) or "add_development" in text
            yield _gem(file, match[1], match[2], number, dev=dev)


def _gem(file: File, name: str, rest: str, line: int, *, dev: bool) -> Dependency:
    versions = re.findall(r"[\"']\s*((?:[~<>=!]+\s*)?\d[\w.]*)\s*[\"']", rest.partition("#")[0])
    commit = re.search(r"\b(?:ref|revision):\s*[\"'][0-9a-f]{40}", rest)
    spec = ", ".join(versions)
    pinned = (len(versions) == 1 and spec.lstrip("= ")[:1].isdigit()) or bool(commit)
    return Dependency(name, spec, file.place(line), pinned, dev, "ruby")


def _only_dev(text: str) -> bool:
    """True when every group that a line names is a development or test group."""
    if "group" not in text:
        return False
    groups = set(re.findall(r":(\w+)", text.partition("group")[2]))
    return bool(groups) and groups <= {"development", "test", "ci", "lint", "doc", "docs", "local"}
