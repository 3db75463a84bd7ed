"""Celery application and beat schedule."""

from celery import Celery

from app.config import get_settings
from app.json_logging import use_json_for_celery

settings = get_settings()

celery_app = Celery(
    "vmshift",
    broker=settings.redis_url,
    backend=settings.redis_url,
    include=["app.tasks.migrations", "app.tasks.maintenance"],
)
use_json_for_celery()

celery_app.conf.update(
    task_acks_late=True,
    task_default_queue="vmshift",
    task_time_limit=3600,
    worker_prefetch_multiplier=1,
    broker_connection_retry_on_startup=True,
    result_expires=3600,
    timezone="UTC",
    beat_schedule={
        "requeue-stalled-migrations": {
            "task": "app.tasks.maintenance.requeue_stalled",
            "schedule": 60.0,
        },
    },
)
