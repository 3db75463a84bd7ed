"""Where the name of a region is written down."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from seatrial.kit.platform.live import is_aside
from seatrial.kit.site import Site
from seatrial.practices.multi_region.regions import is_region

if TYPE_CHECKING:
    from seatrial.model.place import Place
    from seatrial.repo.files import File
    from seatrial.repo.infrastructure.tfmodules import Module

_NAMES: Final = ("region", "location")
_CONFIGURES: Final = ("config", "settings", "constants", "defaults", "application", "environment")
_CODE: Final = frozenset(".py .rb .js .ts .go .java .kt .php .properties .cs .ex .rs".split())
_READS: Final = ("environ", "getenv", "env(", "env[", "process.env", "env.fetch", "default", "test")
_MAX_TEXT: Final = 200_000


def in_variables(site: Site[object], region: str) -> tuple[Place, ...]:
    """Variable files and defaults of root modules that name a region."""
    found: dict[Place, None] = {}
    for module in site.repo.terraform.modules:
        if module.is_root and not module.is_example:
            found.update(dict.fromkeys(_of_module(module, region)))
    return tuple(found)


def _of_module(module: Module, region: str) -> Iterator[Place]:
    for tfvars in () if not module.tfvars else module.tfvars:
        for name, expression in tfvars.assignments.items() if not tfvars.is_example else ():
            if name.lower().endswith(_NAMES) and expression.constant == region:
                yield expression.place
    for name, block in module.variables().items():
        default = block.attr("default")
        if default and name.lower().endswith(_NAMES) and default.constant == region:
            yield default.place


def in_code(site: Site[object]) -> Iterator[tuple[Place, str, str]]:
    """Settings of the application that fix a region: place, name of the setting, region."""
    for file in site.repo.files():
        stem = file.name.partition(".")[0].lower()
        if file.suffix not in _CODE or not any(word in stem for word in _CONFIGURES):
            continue
        if is_aside(file.path) or "test" in file.path.lower() or len(file.text) > _MAX_TEXT:
            continue
        if "region" in file.text.lower():
            yield from _fixed(file)


def _fixed(file: File) -> Iterator[tuple[Place, str, str]]:
    for number, line in enumerate(file.lines, 1):
        low = line.lower()
        if "region" not in low or any(word in low for word in _READS):
            continue
        found = re.match(
            r"\s*(?:[\w.]+\s+)*([\w.]*region)\"?'?\s*[=:]\s*[\"']?([\w-]+)[\"']?[,;]?\s*$",
            line,
            re.IGNORECASE,
        )
        if found and is_region(found[2]):
            yield file.place(number), found[1], found[2]
