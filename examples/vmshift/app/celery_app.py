"""Celery application and beat schedule."""

from celery import Celery
from celery.schedules import crontab

from app.config import get_settings

settings = get_settings()

celery_app = Celery(
    "vmshift",
    broker=settings.redis_url,
    backend=settings.redis_url,
    include=["app.tasks.migrations", "app.tasks.maintenance"],
)

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
        "daily-usage-report": {
            "task": "app.tasks.reports.send_usage_report",
            "schedule": crontab(hour=6, minute=0),
        },
    },
)
