"""Helm's own renderer, in this process: charts go in as archives that are made of tracked files.

A chart's folder is never handed over: the library would follow symbolic links out of the
repository. Rendering is bounded in time; a template that loops is given up on.
"""

from __future__ import annotations

import contextlib
import io
import re
import threading
from collections.abc import Callable, Mapping
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from seatrial.model.struct import struct
from seatrial.repo import helm_program
from seatrial.repo.yaml import Value

if TYPE_CHECKING:
    import tarfile

DEADLINE: Final = 10.0
"""Seconds that one rendering may take."""
RELEASE_NAMESPACE: Final = "release-namespace"
"""Stands for the namespace of the release, which charts do not know."""
SET_AT_DEPLOY: Final = "set-at-deploy"
"""Stands for a value that is given on the command line of the deployment."""

T = TypeVar("T")


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
    """A chart as bytes, ready to be loaded."""

    name: str
    data: bytes


def preload() -> None:
    """Load the library (0.1 s), so that it is there when the first chart needs it; for a thread."""
    with contextlib.suppress(HelmError):
        _library()


def pack(name: str, texts: Mapping[str, str], packed: Mapping[str, bytes]) -> Archive:
    """Make an archive of a chart's texts and of its packed subcharts, by path inside the chart."""
    import tarfile

    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz", compresslevel=1) as archive:
        for path, text in texts.items():
            _add(archive, f"chart/{path}", text.encode("utf-8", errors="replace"))
        for path, data in packed.items():
            _add(archive, f"chart/{path}", data)
    return Archive(name, stream.getvalue())


class Renderer:
    """A loaded chart."""

    def __init__(self, archive: Archive) -> None:
        """Load it.

        Raises:
            HelmError: neither library nor program is there, or the chart cannot be loaded.
        """
        self._archive = archive
        self._chart: _Loaded | None = None
        try:
            module = _library()
        except HelmMissingError:
            if not helm_program.program():
                raise
            return
        self._chart = _guarded(lambda: _loaded(module, archive))

    def render(self, values: Mapping[str, Value]) -> dict[str, str]:
        """Texts by template path; NOTES.txt left out.

        Raises:
            HelmError: a template failed, or rendering took longer than `DEADLINE`.
        """
        loaded = self._chart
        if loaded is None:
            return self._by_program(values)
        rendered = _guarded(
            lambda: loaded.render(
                dict(values), name=_release(self._archive.name), namespace=RELEASE_NAMESPACE
            )
        )
        return {path: text for path, text in rendered.items() if not path.endswith("NOTES.txt")}

    def _by_program(self, values: Mapping[str, Value]) -> dict[str, str]:
        name = _release(self._archive.name)
        try:
            output = helm_program.template(
                helm_program.program(), self._archive.data, name, RELEASE_NAMESPACE, values
            )
        except (OSError, ValueError) as error:
            raise _explained(error) from error
        return helm_program.split(output)


class _Loaded(Protocol):
    """What is used of the library's chart."""

    def render(self, values: dict[str, Value], *, name: str, namespace: str) -> dict[str, str]: ...


def _loaded(module: ModuleType, archive: Archive) -> _Loaded:
    chart: _Loaded = module.Chart.load_archive(archive.data)
    return chart


def values_of(text: str) -> dict[str, Value]:
    """A values file as Helm reads it (YAML 1.1: `no` is false, `0123` is octal).

    Raises:
        HelmError: it is no mapping or no YAML.
    """
    module = _library()
    read: object = _guarded(lambda: module.values_from_yaml(text))
    return read if isinstance(read, dict) else {}


@cache
def _library() -> ModuleType:
    try:
        from helm_python import _native, chart
    except ImportError as error:
        raise HelmMissingError("helm_python is not installed") from error
    try:
        _native.helm_sdk_version()
    except Exception as error:  # the library's own errors and the loader's have no common type
        raise HelmMissingError("Helm's library cannot be loaded here") from error
    return chart


def _guarded(call: Callable[[], T]) -> T:
    done: list[T] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            done.append(call())
        except BaseException as error:  # noqa: BLE001  # whatever it is, it is the chart's fault
            failed.append(error)

    worker = threading.Thread(target=run, daemon=True)
    worker.start()
    worker.join(DEADLINE)
    if done:
        return done[0]
    if failed:
        raise _explained(failed[0]) from failed[0]
    raise HelmError(f"took longer than {DEADLINE:.0f} s")


def _explained(error: BaseException) -> HelmError:
    text = str(error).strip()
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


def _add(archive: tarfile.TarFile, path: str, data: bytes) -> None:
    import tarfile

    entry = tarfile.TarInfo(path)
    entry.size = len(data)
    archive.addfile(entry, io.BytesIO(data))
