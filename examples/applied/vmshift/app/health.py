"""Whether this process can serve.

Liveness asks the process alone: a database that is down must not restart every pod.
"""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait

from fastapi import FastAPI, Response
from sqlalchemy import text

from app.celery_app import celery_app
from app.db import engine

logger = logging.getLogger(__name__)
SECONDS = 2.0
"""How long a dependency may take to answer."""


def ask_database() -> None:
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))


def ask_broker() -> None:
    with celery_app.connection_for_write() as connection:
        connection.ensure_connection(max_retries=1, timeout=2)


CHECKS: dict[str, Callable[[], None]] = {
    "database": ask_database,
    "broker": ask_broker,
}
_threads = ThreadPoolExecutor(max_workers=len(CHECKS), thread_name_prefix="health")
_asked: dict[str, "Future[None]"] = {}


def check_dependencies() -> tuple[dict[str, str], int]:
    """Ask every dependency; 503 when one does not answer in time."""
    for name, ask in CHECKS.items():
        # One question at a time: a database that hangs must not use up the threads.
        if name not in _asked or _asked[name].done():
            _asked[name] = _threads.submit(ask)
    questions = dict(_asked)
    wait(questions.values(), timeout=SECONDS)
    states: dict[str, str] = {}
    for name, question in questions.items():
        error = question.exception() if question.done() else TimeoutError("no answer in time")
        states[name] = "unavailable" if error else "ok"
        if error:
            # The reason stands in the log, not in an answer that anybody can read.
            logger.error("%s does not answer: %r", name, error)
    return states, 503 if "unavailable" in states.values() else 200


def add_health(app: FastAPI) -> None:
    """Add the endpoints to the application."""

    @app.get("/ready", tags=["health"])
    def ready(response: Response) -> dict[str, str]:
        states, response.status_code = check_dependencies()
        return states
