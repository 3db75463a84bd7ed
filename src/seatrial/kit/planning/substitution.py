"""What words of a script come to in a job: arguments, settings, constants of the workflow."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from typing import Final

from seatrial.model.struct import struct
from seatrial.repo.commands.command import Command
from seatrial.repo.workflows import Job, Step

_SETTING: Final = re.compile(
    r"^[ \t]*(?:local |export |readonly )?([A-Za-z_]\w*)=(.+)$", re.MULTILINE
)
_PLACE: Final = re.compile(r"\$\{?(\d)(?:[:-][^}]*)?\}?")
_NAME: Final = re.compile(r"\$\{([A-Za-z_]\w*)\}|\$([A-Za-z_]\w*)")
_ALONE: Final = re.compile(r"\$\{?([A-Za-z_]\w*)\}?")
_DEPTH: Final = 4


@struct(eq=False)
class Words:
    """Words of a command as a job gives them.

    Attributes:
        settings: values of a script's variables, by name.
    """

    job: Job
    step: Step
    settings: Mapping[str, str]

    def text(self, word: str) -> str:
        """A word with everything filled in that the files tell; expressions of GitHub stay."""
        for _ in range(_DEPTH):
            after = _NAME.sub(self._value, word)
            if after == word:
                break
            word = after
        return word

    def path(self, word: str) -> str:
        """The word as a path from the repository's root."""
        path = posixpath.normpath(self.text(word)) if word else ""
        return "" if path == "." else path.lstrip("/")

    def _value(self, match: re.Match[str]) -> str:
        name = match.group(1) or match.group(2)
        if name in self.settings:
            return self.settings[name]
        for env in (self.step.env, self.job.node.at("env"), self.job.workflow.node.at("env")):
            if env.has(name):
                return env.at(name).text
        return match.group()


def arguments(script: str, call: Command) -> dict[str, str]:
    """Variables of a script that is called so: its arguments and its own plain settings."""
    given = call.argv[1:]
    found: dict[str, str] = {}

    def argument(match: re.Match[str]) -> str:
        number = int(match.group(1))
        return given[number - 1] if 0 < number <= len(given) else match.group()

    for name, value in _SETTING.findall(script):
        plain = value.strip().strip("\"'")
        if "$(" not in plain and "`" not in plain and name not in found:
            found[name] = _PLACE.sub(argument, plain)
    return found


def settled(job: Job, step: Step, word: str) -> str:
    """A word that is one variable of the job's `env`, as the expression that the variable has."""
    match = _ALONE.fullmatch(word)
    if match is None:
        return word
    for env in (step.env, job.node.at("env"), job.workflow.node.at("env")):
        if env.has(match.group(1)):
            return env.at(match.group(1)).text
    return word
