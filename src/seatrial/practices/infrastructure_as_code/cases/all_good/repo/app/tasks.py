"""Tasks."""

from app.celery import celery


@celery.task(name="nightly-report")
def report() -> None:
    """Report."""


@celery.task
def cleanup() -> None:
    """Clean."""
