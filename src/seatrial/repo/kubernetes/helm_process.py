"""The process that runs Helm's library, as the audit sees it: started early, asked, ended."""

from __future__ import annotations

import atexit
import marshal
import os
import select
import subprocess
import sys
import time
from typing import Final

from seatrial.repo.kubernetes import helm_worker

DEADLINE: Final = 10.0
"""Seconds that one request may take; the first one waits for the library as well."""
CODE: Final = "from seatrial.repo.kubernetes.helm_worker import serve; serve()"


class HelmTimeoutError(Exception):
    """A request took longer than `DEADLINE`, or the process died of it."""


class HelmProcess:
    """One worker. A worker that was ended is started again with the next request.

    Attributes:
        generation: grows with each start and end; what was loaded in an earlier one is gone.
    """

    def __init__(self) -> None:
        """Start nothing yet."""
        self._process: subprocess.Popen[bytes] | None = None
        self.generation = 0

    def start(self) -> None:
        """Start the process unless it runs; returns at once, the library loads meanwhile.

        Raises:
            OSError: no process can be started.
        """
        if self._process is not None and self._process.poll() is None:
            return
        # Its own session keeps an interrupt typed at the terminal from it: it ends with its input.
        self._process = subprocess.Popen(
            [sys.executable, "-c", CODE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.generation += 1

    def ask(self, *request: object) -> tuple[str, object]:
        """Send a request and wait for its answer: (`done` | `failed` | `missing`, payload).

        Raises:
            HelmTimeoutError: no answer within the deadline; the process was ended.
            OSError: no process can be started.
        """
        self.start()
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise HelmTimeoutError("the renderer could not be started")
        try:
            helm_worker.send(process.stdin, request)
            size = int.from_bytes(self._read(process.stdout.fileno(), 8), "big")
            status, payload = marshal.loads(self._read(process.stdout.fileno(), size))  # noqa: S302 - from our own process
        except (OSError, EOFError, ValueError, TypeError) as error:
            self.stop()
            raise HelmTimeoutError("the renderer ended on it") from error
        return str(status), payload

    def stop(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is None:
            return
        self.generation += 1
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except OSError:
                    # Bytes of a request that the process never took.
                    continue

    def _read(self, descriptor: int, size: int) -> bytes:
        until = time.monotonic() + DEADLINE
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        parts: list[bytes] = []
        while size:
            left = until - time.monotonic()
            if left <= 0 or not poll.poll(left * 1000):
                self.stop()
                raise HelmTimeoutError(f"took longer than {DEADLINE:.0f} s")
            part = os.read(descriptor, min(size, 1 << 20))
            if not part:
                raise EOFError
            parts.append(part)
            size -= len(part)
        return b"".join(parts)


PROCESS: Final = HelmProcess()
"""The worker of this process; it starts with the first chart."""
atexit.register(PROCESS.stop)
