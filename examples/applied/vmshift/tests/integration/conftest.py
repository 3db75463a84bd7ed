import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WORKER = ["celery", "-A", "app.celery_app", "worker", "--concurrency", "1", "-l", "WARNING"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    missing = [name for name in ("DATABASE_URL", "REDIS_URL") if name not in os.environ]
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.integration)
            if missing:
                item.add_marker(pytest.mark.skip(reason=f"{' and '.join(missing)} not set"))


@pytest.fixture(scope="session")
def schema() -> None:
    subprocess.run([sys.executable, "-m", "alembic", "upgrade", "head"], cwd=ROOT, check=True)


@pytest.fixture(scope="session")
def worker(schema: None) -> Iterator[None]:
    process = subprocess.Popen([sys.executable, "-m", *WORKER], cwd=ROOT)
    yield
    process.terminate()
    process.wait(timeout=30)
