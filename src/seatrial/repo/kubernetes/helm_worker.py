"""Helm's library in a process of its own: the part that runs there.

The library is a Go runtime of 85 MB. Beside the audit it loads while files are parsed, its memory
is its own, and a template that loops is ended by ending the process. Requests come as marshalled
tuples on standard input; the process ends when that closes.
"""

import marshal
import os
from collections.abc import Mapping
from typing import IO

MISSING = "missing"
FAILED = "failed"
DONE = "done"


def serve() -> None:
    """Answer requests until standard input closes."""
    requests, answers = os.fdopen(0, "rb"), os.fdopen(os.dup(1), "wb")
    # Whatever the library prints must not get between the answers.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    library = _library()
    charts: list[object] = []
    while (size := requests.read(8)) and len(size) == 8:  # noqa: PLR2004 - the length is 8 bytes
        request = marshal.loads(requests.read(int.from_bytes(size, "big")))  # noqa: S302 - from the audit
        send(answers, _answer(library, charts, request))


def send(stream: IO[bytes], message: tuple[object, ...]) -> None:
    """Write one message: its length in 8 bytes, then the message.

    Raises:
        OSError: the other side is gone.
    """
    data = marshal.dumps(message)  # type: ignore[arg-type] # texts, bytes, numbers, lists, dicts
    stream.write(len(data).to_bytes(8, "big") + data)
    stream.flush()


def archive_of(files: Mapping[str, bytes]) -> bytes:
    """A chart's files as the archive that Helm loads; made in memory, so no link leads out."""
    import io
    import tarfile

    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz", compresslevel=1) as archive:
        for path, data in files.items():
            entry = tarfile.TarInfo(f"chart/{path}")
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return stream.getvalue()


def _library() -> object:
    try:
        from helm_python import _native, chart
    except ImportError:
        return "helm_python is not installed"
    try:
        _native.helm_sdk_version()
    except Exception:  # noqa: BLE001 - the library's own errors and the loader's share no type
        return "Helm's library cannot be loaded here"
    return chart


def _answer(
    library: object, charts: list[object], request: tuple[object, ...]
) -> tuple[object, ...]:
    if isinstance(library, str):
        return MISSING, library
    operation, *arguments = request
    try:
        if operation == "load":
            archive = archive_of(arguments[0])  # type: ignore[arg-type] # what `helm` sends
            charts.append(library.Chart.load_archive(archive))  # type: ignore[attr-defined] # no stubs
            return DONE, len(charts) - 1
        if operation == "render":
            number, values, name, namespace = arguments
            chart = charts[int(str(number))]
            return DONE, chart.render(values, name=name, namespace=namespace)  # type: ignore[attr-defined] # no stubs
        return DONE, library.values_from_yaml(arguments[0])  # type: ignore[attr-defined] # no stubs
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the chart's fault
        return FAILED, str(error)
