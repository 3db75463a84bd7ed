from celery import Celery
from celery.schedules import crontab

app = Celery("shop")
app.conf.beat_schedule = {
    "rotate-logs": {"task": "rotate-logs", "schedule": crontab(hour=1)},
    "change-carrier-password": {
        "task": "change-carrier-password",
        "schedule": crontab(hour=9, day_of_month="1"),
    },
}
