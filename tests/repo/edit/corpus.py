"""All YAML and Terraform files of the examples and of the practices' cases."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import yaml

PROJECT = Path(__file__).resolve().parents[3]


@cache
def texts(*endings: str) -> dict[str, str]:
    """Text of each file that ends so, by its path; the same text only once."""
    found: dict[str, str] = {}
    for top in (PROJECT / "examples", *sorted(PROJECT.glob("src/seatrial/practices/*/cases"))):
        for folder, _, names in sorted(os.walk(top)):
            for name in sorted(names):
                path = Path(folder, name)
                if name.endswith(endings) and path.is_file():
                    text = path.read_bytes().decode("utf-8", "replace")
                    found.setdefault(text, str(path.relative_to(PROJECT)))
    return {path: text for text, path in found.items()}


@cache
def yaml_files() -> dict[str, str]:
    """Those that PyYAML reads, and that hold no alias."""
    return {p: t for p, t in texts(".yaml", ".yml").items() if "*" not in t and _reads(t)}


def _reads(text: str) -> bool:
    try:
        found = list(yaml.load_all(text.removeprefix("\ufeff"), Loader=yaml.CBaseLoader))
    except yaml.YAMLError:
        return False
    return any(isinstance(one, dict) and one for one in found)
