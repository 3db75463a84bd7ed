"""Logs as one JSON object per line on standard output, with a request id and without secrets.

The collector reads `timestamp`, `level`, `request_id` and `version` by these names.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import uuid
from contextvars import ContextVar
from datetime import datetime, timezone

request_id: ContextVar[str] = ContextVar("request_id", default="")

_SECRET = re.compile(
    r"(?i)((?:password|passwd|secret|token|api[_-]?key|authorization)[\"']?\s*[:=]\s*[\"']?"
    r"(?:(?:bearer|basic)\s+)?)[^\s\"',;&}]+"
)
_USERINFO = re.compile(r"(://[^:/\s@]+:)[^@\s]+@")
_RECORD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message"}
_SERVERS = ("uvicorn", "uvicorn.error", "uvicorn.access", "gunicorn.error", "gunicorn.access")


def redact(text: str) -> str:
    """Take secrets out of a text: `key=value`, JSON fields, bearer tokens, passwords in URLs."""
    return _USERINFO.sub(r"\1[REDACTED]@", _SECRET.sub(r"\1[REDACTED]", text))


class JsonFormatter(logging.Formatter):
    """Writes a record as one line; a traceback is one escaped field and is never torn apart."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "timestamp": datetime.fromtimestamp(record.created, timezone.utc).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": redact(record.getMessage()),
            "service": os.environ.get("SERVICE_NAME", "vmshift"),
            "environment": os.environ.get("ENVIRONMENT", ""),
            "version": os.environ.get("APP_VERSION", ""),
            "request_id": request_id.get(),
        }
        for name, value in vars(record).items():
            if name not in _RECORD and name not in line:
                line[name] = redact(str(value))
        if record.exc_info:
            line["exception"] = redact(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


def use_json() -> None:
    """Make every logger of this process write JSON; the level that was set stays."""
    root = logging.getLogger()
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonFormatter())
    # Handlers of other kinds (of tests, of error trackers) stay.
    kept = [h for h in root.handlers if type(h) is not logging.StreamHandler]
    if len(kept) == len(root.handlers):
        root.setLevel(os.environ.get("LOG_LEVEL", "INFO").upper())
    root.handlers = [*kept, handler]
    for name in _SERVERS:
        # Servers bring handlers of their own, which write plain text.
        server = logging.getLogger(name)
        server.handlers.clear()
        server.propagate = True


_VALID_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


def _request_id(given: str) -> str:
    """The caller's id where it is a plain one, else a new one."""
    return given if _VALID_ID.fullmatch(given) else uuid.uuid4().hex


class RequestIdMiddleware:
    """Gives each request an id, from its `X-Request-ID` where there is one, and answers with it."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        name = _request_id(headers.get(b"x-request-id", b"").decode("latin-1"))

        async def answer(message):
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), (b"x-request-id", name.encode())]
            await send(message)

        token = request_id.set(name)
        try:
            await self.app(scope, receive, answer)
        finally:
            request_id.reset(token)


def use_json_for_asgi(app) -> None:
    """JSON logs and request ids for a FastAPI or Starlette application."""
    use_json()
    app.add_middleware(RequestIdMiddleware)


def use_json_for_celery() -> None:
    """JSON logs for Celery, which sets up logging its own way; a task's id is the request id."""
    from celery.signals import setup_logging, task_postrun, task_prerun

    @setup_logging.connect(weak=False)
    def begin(loglevel=None, **_):
        use_json()
        if loglevel is not None:
            logging.getLogger().setLevel(loglevel)

    @task_prerun.connect(weak=False)
    def enter(task_id="", **_):
        request_id.set(task_id)

    @task_postrun.connect(weak=False)
    def leave(**_):
        request_id.set("")
