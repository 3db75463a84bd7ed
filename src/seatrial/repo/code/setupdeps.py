"""Dependencies of setup.py (constants only, never run) and setup.cfg."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from seatrial.repo.code.dependency import Dependency
from seatrial.repo.code.pythondeps import is_dev, one
from seatrial.repo.files import File
from seatrial.repo.yaml import Trouble


def setup_py(file: File) -> Iterator[Dependency]:
    """Yield the constant requirements of the call of `setup`."""
    if "install_requires" not in file.text and "extras_require" not in file.text:
        return
    try:
        tree = ast.parse(file.text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        file.root.note(file.path, Trouble(1, f"not valid Python: {type(error).__name__}"))
        return
    names = {
        node.targets[0].id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            for keyword in node.keywords:
                value = keyword.value
                if isinstance(value, ast.Name):
                    value = names.get(value.id, value)
                yield from _keyword(file, keyword.arg or "", value)


def _keyword(file: File, name: str, value: ast.expr) -> Iterator[Dependency]:
    if name in {"install_requires", "tests_require"}:
        yield from _listed(file, value, dev=name == "tests_require")
    elif name == "extras_require" and isinstance(value, ast.Dict):
        for key, member in zip(value.keys, value.values, strict=True):
            group = key.value if isinstance(key, ast.Constant) else ""
            yield from _listed(file, member, dev=is_dev(str(group)))


def _listed(file: File, value: ast.expr, *, dev: bool) -> Iterator[Dependency]:
    for member in value.elts if isinstance(value, ast.List | ast.Tuple) else []:
        if isinstance(member, ast.Constant) and isinstance(member.value, str):
            yield from one(file, member.value, member.lineno, dev=dev)


def setup_cfg(file: File) -> Iterator[Dependency]:
    """Yield the requirements of the `options` sections."""
    section, key = "", ""
    for number, line in enumerate(file.lines, 1):
        text = line.strip()
        if text.startswith("["):
            section, key = text.strip("[]"), ""
        elif text and not text.startswith(("#", ";")):
            if not line[0].isspace() and "=" in line:
                key, _, text = (part.strip() for part in line.partition("="))
            extras = section == "options.extras_require"
            required = section == "options" and key in {"install_requires", "tests_require"}
            if text and (extras or required):
                yield from one(file, text, number, dev=is_dev(key) if extras else "test" in key)
