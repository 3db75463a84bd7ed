"""Celery."""

from celery import Celery

celery = Celery("shop", include=["app.tasks"])
celery.conf.beat_schedule = {
    "report": {"task": "nightly-report", "schedule": 60.0},
    "cleanup": {"task": "app.tasks.cleanup", "schedule": 60.0},
    "theirs": {"task": "celery.backend_cleanup", "schedule": 60.0},
}
