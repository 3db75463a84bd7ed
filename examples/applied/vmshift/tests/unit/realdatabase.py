"""The real database for tests: an empty schema of its own, gone afterwards."""

import atexit
import os
import uuid

from sqlalchemy import Engine, create_engine, event, text


def real_database() -> Engine | None:
    """Engine on a new, empty schema of the database that DATABASE_URL names; None without it."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgresql"):
        return None
    schema = f"test_{uuid.uuid4().hex}"
    owner = create_engine(url)
    with owner.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    engine = create_engine(url, connect_args={"options": f"-c search_path={schema}"})

    def drop(*_: object) -> None:
        with owner.begin() as connection:
            connection.execute(text(f"DROP SCHEMA IF EXISTS {schema} CASCADE"))
        owner.dispose()

    event.listen(engine, "engine_disposed", drop)
    # For a fixture that never disposes of its engine.
    atexit.register(drop)
    return engine
