"""Helm's own renderer: charts go in as archives that are made of tracked files.

A chart's folder is never handed over: the library would follow symbolic links out of the
repository. The library runs in a process of its own (`helm_process`), bounded in time.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from typing import Final

from seatrial.model.struct import struct
from seatrial.repo.kubernetes import helm_program, helm_worker
from seatrial.repo.kubernetes.helm_process import PROCESS, HelmTimeoutError
from seatrial.repo.yaml import Value

RELEASE_NAMESPACE: Final = "release-namespace"
"""Stands for the namespace of the release, which charts do not know."""
SET_AT_DEPLOY: Final = "set-at-deploy"
"""Stands for a value that is given on the command line of the deployment."""


class HelmError(Exception):
    """A chart could not be loaded or rendered; the text is one line for people.

    Attributes:
        template: path in the archive of the template at fault, or an empty string.
        line: its line, 0 when it is not known.
    """

    def __init__(self, message: str, template: str = "", line: int = 0) -> None:
        """Keep the sentence and the place."""
        super().__init__(message)
        self.template = template
        self.line = line


class HelmMissingError(HelmError):
    """Neither the library nor the program is to be had."""


@struct
class Archive:
    """A chart's files, by path below the chart's folder."""

    name: str
    files: Mapping[str, bytes]


def preload() -> None:
    """Start to load the library (0.1 s), so that it is there when the first chart needs it."""
    with contextlib.suppress(OSError):
        PROCESS.start()


def pack(name: str, texts: Mapping[str, str], packed: Mapping[str, bytes]) -> Archive:
    """Make an archive of a chart's texts and of its packed subcharts, by path inside the chart."""
    files = {path: text.encode("utf-8", errors="replace") for path, text in texts.items()}
    return Archive(name, files | dict(packed))


class Renderer:
    """A loaded chart."""

    def __init__(self, archive: Archive) -> None:
        """Load it.

        Raises:
            HelmError: neither library nor program is there, or the chart cannot be loaded.
        """
        self._archive = archive
        self._generation = 0
        self._number: object = None
        self._by_library = True
        try:
            self._load()
        except HelmMissingError:
            if not helm_program.program():
                raise
            self._by_library = False

    def render(self, values: Mapping[str, Value]) -> dict[str, str]:
        """Texts by template path; NOTES.txt left out.

        Raises:
            HelmError: a template failed, or rendering took too long.
        """
        if not self._by_library:
            return self._by_program(values)
        if self._generation != PROCESS.generation:
            self._load()
        name = _release(self._archive.name)
        rendered = _ask("render", self._number, dict(values), name, RELEASE_NAMESPACE)
        texts = rendered if isinstance(rendered, dict) else {}
        return {path: text for path, text in texts.items() if not path.endswith("NOTES.txt")}

    def _load(self) -> None:
        self._number = _ask("load", dict(self._archive.files))
        self._generation = PROCESS.generation

    def _by_program(self, values: Mapping[str, Value]) -> dict[str, str]:
        name = _release(self._archive.name)
        try:
            output = helm_program.template(
                helm_program.program(),
                helm_worker.archive_of(self._archive.files),
                name,
                RELEASE_NAMESPACE,
                values,
            )
        except (OSError, ValueError) as error:
            raise _explained(str(error)) from error
        return helm_program.split(output)


def values_of(text: str) -> dict[str, Value]:
    """A values file as Helm reads it (YAML 1.1: `no` is false, `0123` is octal).

    Raises:
        HelmError: it is no mapping or no YAML.
    """
    read = _ask("values", text)
    return read if isinstance(read, dict) else {}


def _ask(*request: object) -> object:
    try:
        status, payload = PROCESS.ask(*request)
    except HelmTimeoutError as error:
        raise HelmError(str(error)) from error
    except OSError as error:
        raise HelmMissingError("no process can be started for Helm's library") from error
    if status == helm_worker.MISSING:
        raise HelmMissingError(str(payload))
    if status == helm_worker.FAILED:
        raise _explained(str(payload))
    return payload


def _explained(said: str) -> HelmError:
    text = said.strip()
    found = re.search(r"([\w.+-]+(?:/[\w.+-]+)*\.(?:ya?ml|tpl|txt|json)):(\d+)", text)
    return HelmError(_quotable(text), found[1] if found else "", int(found[2]) if found else 0)


def _quotable(text: str) -> str:
    """What Helm said, without the values that it quotes: those may be secrets."""
    message = " ".join(text.split())
    if "values don't meet the specifications of the schema" in message:
        keys = re.findall(r"- at '(/[^']*)'", text)
        return f"values.schema.json refuses {', '.join(keys[:3]) or 'the values'}"
    if message.startswith("execution error at") and "): " in message:
        message = message.partition("): ")[0] + "): the template refuses these values"
    before, tpl, _ = message.partition("error calling tpl")
    if tpl:
        message = f"{before}{tpl}: the value is no template"
    message = re.sub(r'executing "[^"]*" ', "", message)
    message = _without_values(re.sub(r"(?<=\w)'(?=\w)", "\u2019", message))
    return message if len(message) <= _SHOWN else message[: _SHOWN - 3] + "..."


def _without_values(message: str) -> str:
    made, at = "", 0
    for match in re.finditer(_QUOTED, message):
        between = message[at : match.start()]
        if re.search(_QUOTE, between):
            break
        named = re.fullmatch(r"[\w./-]*", match[2][1:-1]) and (match[1] or _is_path(match[2]))
        made += between + (match[0] if named else f"{match[1] or ''}'...'")
        at = match.end()
    # A quote that does not pair up may hide where a value ends: nothing behind it is shown.
    shown, *hidden = re.split(_QUOTE, message[at:], maxsplit=1)
    return (made + shown).rstrip() + ("..." if hidden else "")


def _is_path(quoted: str) -> bool:
    return quoted[1] == "/" or quoted[1:-1].endswith((".yaml", ".yml", ".tpl"))


_SHOWN: Final = 240
_QUOTE: Final = "[\"'`]"
_QUOTED: Final = r"""(template |function )?("(?:\\.|[^"\\])*"|'[^']*'|`[^`]*`)"""
"""Quoted words; only those that name a template, a function or a path are shown."""


def _release(name: str) -> str:
    # Helm allows 53 characters of a DNS name.
    kept = "".join(c if c.isalnum() and c.isascii() else "-" for c in name.lower())
    return kept[:53].strip("-") or "release"
