"""JSON that a format string puts together: one quote in a message makes the line invalid."""

from __future__ import annotations

from typing import Final

from seatrial.repo.files import File

_SAFE: Final = (
    "CompositeJsonEncoder",
    "JsonEncoder",
    "LogstashEncoder",
    "JsonTemplateLayout",
    "JsonLayout",
    "jsonlogger",
    "JsonFormatter",
    "JSONFormatter",
)
_MESSAGES: Final = {
    ".xml": ("%m", "%msg", "%message"),
    ".properties": ("%m",),
}
_ESCAPES: Final = ("%enc{", "%encode{", "%replace{")


def handmade(file: File, text: str) -> int:
    """Line on which a message is pasted into JSON; 0 when there is none."""
    if "{" not in text or any(word in text for word in _SAFE):
        return 0
    if file.suffix == ".conf" and "log_format" in text:
        return _nginx(file)
    marks = _MESSAGES.get(file.suffix, ("%(message)s",))
    if not any(mark in text for mark in marks):
        return 0
    for number, line in enumerate(file.lines, 1):
        whole = line.replace("&quot;", '"').replace("\\", "").replace("'", '"')
        if whole.lstrip().startswith(("#", ";", "//", "<!--")):
            continue
        opened = '{"' in whole or '{ "' in whole
        if opened and '":' in whole.replace(" ", "") and _pastes(whole, marks):
            return number
    return 0


def _pastes(line: str, marks: tuple[str, ...]) -> bool:
    """True when a message stands between the quotes and nothing escapes it."""
    return any(mark in line for mark in marks) and not any(e in line for e in _ESCAPES)


def _nginx(file: File) -> int:
    for number, line in enumerate(file.lines, 1):
        if line.strip().startswith("log_format") and "escape=json" not in line:
            following = "".join(file.lines[number - 1 : number + 3]).replace(" ", "")
            if "'{\"" in following or "'{'" in following:
                return number
    return 0
