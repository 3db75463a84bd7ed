"""Many applications at once: one process each, as many at a time as there are cores."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess, SpawnProcess
from pathlib import Path
from typing import Final

from seatrial.engine.mishaps import REPORT, where
from seatrial.engine.survey import AuditRequest, survey
from seatrial.engine.watch import Silent, Watcher
from seatrial.model.errors import SeatrialError, SpecError
from seatrial.model.record import AuditRecord
from seatrial.model.struct import replace, struct
from seatrial.repo.yaml import Node
from seatrial.spec.decode import Reader
from seatrial.spec.load import read_yaml


@struct
class Member:
    """One application of a fleet.

    Attributes:
        paths: its repositories.
        place: `file:line` where the fleet file names it.
    """

    name: str
    paths: tuple[Path, ...]
    place: str


@struct
class Audited:
    """A member's record, and the errors of what was left out of it."""

    record: AuditRecord
    errors: tuple[SeatrialError, ...] = ()


@struct
class Broken:
    """A member that could not be audited, and why."""

    errors: tuple[SeatrialError, ...]


FORM: Final = "write applications: [{name: shop, repositories: [../shop, ../shop-infra]}]"
"""What a fleet file looks like, as a hint."""

Result = Audited | Broken
Process = ForkProcess | SpawnProcess | multiprocessing.Process


def read_fleet(file: Path) -> tuple[Member, ...]:
    """The applications that a fleet file lists.

    Raises:
        NotReadableError: it cannot be read.
        SpecError: it is wrong, with `file:line`.
    """
    top = read_yaml(file)
    reader = Reader(str(file), FORM)
    if not top.at("applications").items():
        reader.fail(top, "no applications")
    reader.fields(top, "", ("version", "applications"))
    members = tuple(
        _member(reader, f"applications[{index}]", node, file)
        for index, node in enumerate(top.at("applications").items())
    )
    names = [member.name for member in members]
    for index, member in enumerate(members):
        if member.name in names[:index]:
            hint = "give each its own name"
            raise SpecError(f"{member.name!r} stands twice", hint=hint, place=member.place)
    return members


def audit_fleet(
    members: tuple[Member, ...], wish: AuditRequest, watcher: Watcher
) -> list[tuple[Member, Result]]:
    """Audit each member in a process of its own, so that none can spoil another.

    Args:
        members: the applications.
        wish: what to ask of each; its paths are replaced.
        watcher: hears after each member.
    """
    results: dict[str, Result] = {}
    for member, result in _in_parallel(members, wish, os.cpu_count() or 1):
        results[member.name] = result
        watcher.step(len(results), len(members), member.name)
    return [(member, results[member.name]) for member in members]


def _in_parallel(
    members: tuple[Member, ...], wish: AuditRequest, at_once: int
) -> Iterator[tuple[Member, Result]]:
    waiting = list(reversed(members))
    running: dict[Connection, tuple[Member, Process]] = {}
    try:
        while waiting or running:
            while waiting and len(running) < at_once:
                member = waiting.pop()
                connection, process = _start(replace(wish, paths=member.paths))
                running[connection] = (member, process)
            for ready in wait(list(running)):
                if isinstance(ready, Connection):
                    member, process = running.pop(ready)
                    yield member, _received(ready, process)
    finally:
        for _, process in running.values():
            process.kill()


def _start(request: AuditRequest) -> tuple[Connection, Process]:
    mine, theirs = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.Process(target=_work, args=(request, theirs), daemon=True)
    process.start()
    theirs.close()
    return mine, process


def _work(request: AuditRequest, connection: Connection) -> None:
    watcher = Silent()
    result: Result
    try:
        record = survey(request, watcher)
        result = Audited(record, tuple(_portable(error) for error in watcher.errors))
    except SeatrialError as error:
        result = Broken(tuple(_portable(e) for e in (*watcher.errors, error)))
    except KeyboardInterrupt:
        return
    except Exception as error:  # noqa: BLE001 (a broken member is reported, the rest goes on)
        message = f"internal error: {type(error).__name__} at {where(error)}"
        result = Broken((SeatrialError(message, hint=REPORT),))
    connection.send(result)


def _portable(error: SeatrialError) -> SeatrialError:
    # Only the base class can be made again on the other side of the pipe.
    return SeatrialError(str(error), hint=error.hint, place=error.place)


def _received(connection: Connection, process: Process) -> Result:
    try:
        result: Result = connection.recv()
    except (EOFError, OSError):
        process.join(1)
        message = f"its audit ended early (exit code {process.exitcode})"
        hint = "audit it alone to see why"
        result = Broken((SeatrialError(message, hint=hint),))
    connection.close()
    process.join(5)
    return result


def _member(reader: Reader, path: str, node: Node, file: Path) -> Member:
    reader.fields(node, path, ("name", "repositories"))
    for name in ("name", "repositories"):
        if not node.at(name).listed():
            reader.fail(node, f"{path}: {name} is missing", f"add {name}:")
    name = reader.text(node.at("name"), f"{path}.name")
    paths = tuple(
        file.parent / reader.text(item, f"{path}.repositories")
        for item in node.at("repositories").listed()
    )
    return Member(name, paths, f"{reader.file}:{node.line}")
