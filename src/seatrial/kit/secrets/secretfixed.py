"""Credentials that no value can change: in the templates of charts, in SQL that makes users."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from seatrial.kit.secrets.secretnames import is_placeholder, is_reference, is_secret_name, is_weak
from seatrial.kit.secrets.secrettypes import Literal, is_sample, judged
from seatrial.kit.site import Site
from seatrial.repo.files import File

_MAX_CHARACTERS: Final = 200_000
_DEVELOPMENT: Final = frozenset("dev local development seed seeds demo-data".split())
_LONGEST: Final = 2000
_SHORTEST: Final = 4


def of_templates(site: Site[object]) -> Iterator[Literal]:
    """Credentials in the text of templates: every installation has them, whatever its values."""
    for chart in site.repo.charts:
        for file in chart.templates:
            if file.suffix in {".yaml", ".yml", ".tpl"} and not is_sample(file.path):
                yield from _of_template(file)


def _of_template(file: File) -> Iterator[Literal]:
    if "assword" not in file.text.lower() and "TOKEN" not in file.text:
        return
    name = ""
    for number, line in enumerate(file.lines, 1):
        key, colon, value = line.strip().removeprefix("- ").partition(":")
        word = value.strip().strip("\"'")
        if not colon or "{{" in line or key.startswith("#"):
            name = "" if "{{" not in line else name
            continue
        if key == "name":
            name = word
            continue
        named = name if key == "value" else key
        found = judged(named, word) if is_secret_name(named) else None
        name = ""
        if found:
            place = file.place(number)
            yield Literal(named, place, found[0], file.name, weak=found[1], deployed=True)


def of_sql(site: Site[object]) -> Iterator[Literal]:
    """Passwords in SQL that makes users; what only a developer's database runs is left out."""
    for file in site.repo.files():
        if file.suffix != ".sql" or is_sample(file.path):
            continue
        folders = set(file.path.lower().replace("-", "/").replace("_", "/").split("/"))
        if not folders & _DEVELOPMENT and len(file.text) < _MAX_CHARACTERS:
            yield from _of_sql(file)


def _of_sql(file: File) -> Iterator[Literal]:
    low = file.text.lower()
    if "password '" not in low and "identified by '" not in low:
        return
    for number, line in enumerate(file.lines, 1):
        if len(line) > _LONGEST or line.lstrip().startswith(("--", "#")):
            continue
        for match in _user().finditer(line):
            user, password = match.group(1).strip("\"'`"), match.group(2)
            if _is_written_out(password):
                weak = user.lower() in password.lower() or is_weak("password", password)
                weak = weak or "password" in password.lower()
                name = f"the password of {user.partition('@')[0].strip(chr(39))}"
                yield Literal(name, file.place(number), "value", file.name, (), weak, deployed=True)


def _is_written_out(password: str) -> bool:
    if len(password) < _SHORTEST or is_reference(password) or is_placeholder(password):
        return False
    return not password.startswith((":", "SCRAM-", "md5", "*", "{"))


@cache
def _user() -> re.Pattern[str]:
    return re.compile(
        r"(?:create|alter)\s+(?:user|role)\s+(?:if\s+not\s+exists\s+)?(\S+)\b[^;]*?"
        r"(?:password|identified(?:\s+with\s+\w+)?\s+by)\s+'([^']+)'",
        re.IGNORECASE,
    )
