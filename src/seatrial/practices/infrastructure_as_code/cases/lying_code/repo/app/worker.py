"""Worker."""

from celery import Celery

app = Celery("shop")
app.conf.beat_schedule = {
    "report": {"task": "app.reports.send", "schedule": 60.0},
}
