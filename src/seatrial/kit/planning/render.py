"""Templates of a practice; their delimiters leave GitHub's, Helm's and Prometheus' own alone."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import BytecodeCache, Environment


def render(practice: str, template: str, /, **values: object) -> str:
    """Fill a template of `practices/<practice>/templates/`.

    Delimiters are `[= x =]`, `[% if x %]` and `[# comment #]`; a name that is not given is an
    error. The path below `templates/` mirrors the path in the user's repository, plus `.j2`.

    Args:
        practice: folder of the practice, with underscores.
        template: path below its `templates/`.
        values: what the template names.
    """
    return _environment().get_template(f"{practice}/templates/{template}").render(**values)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("seatrial.practices", ""),
        variable_start_string="[=",
        variable_end_string="=]",
        block_start_string="[%",
        block_end_string="%]",
        comment_start_string="[#",
        comment_end_string="#]",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
        auto_reload=False,
        bytecode_cache=_compiled(),
        autoescape=False,  # noqa: S701 (YAML, HCL and shell, never HTML)
    )
    from seatrial.kit.planning.pins import uses

    environment.globals["uses"] = uses
    environment.filters["yaml"] = _yaml_scalar
    return environment


def _compiled() -> BytecodeCache | None:
    """Compiled templates beside Python's own compiled files, under the same rule for writing."""
    import sys
    from pathlib import Path

    from jinja2 import FileSystemBytecodeCache

    folder = Path(__file__).parent / "__pycache__" / "templates"
    if not sys.dont_write_bytecode:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            return None
    writable = not sys.dont_write_bytecode and os.access(folder, os.W_OK)
    if not folder.is_dir():
        return None
    cache = FileSystemBytecodeCache(str(folder))
    if not writable:
        # Reading is fine; what would be written is kept for this process only.
        vars(cache)["dump_bytecode"] = lambda _bucket: None
    return cache


def _yaml_scalar(value: object) -> str:
    """A value as a YAML scalar on one line, quoted where it would be read as something else."""
    import json

    import yaml

    text = str(value)
    plain = text and yaml.safe_load(text) == value if not isinstance(value, str) else False
    if plain:
        return text
    try:
        loaded = yaml.safe_load(text)
    except yaml.YAMLError:
        return json.dumps(text, ensure_ascii=False)
    safe = loaded == text and "#" not in text and ": " not in text
    return text if safe else json.dumps(text, ensure_ascii=False)
