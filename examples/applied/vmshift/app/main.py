"""The vmshift API."""

import logging

from fastapi import FastAPI

from app.config import get_settings
from app.json_logging import use_json_for_asgi
from app.health import add_health
from app.metrics import expose_metrics
from app.routers import migrations, system

settings = get_settings()
logging.basicConfig(
    level=settings.log_level,
    format="%(asctime)s %(levelname)s %(name)s: %(message)s",
)

app = FastAPI(
    title="vmshift",
    description="Shifts VM images from one hypervisor's format to another's.",
    version=settings.app_version,
)
use_json_for_asgi(app)
add_health(app)
expose_metrics(app)
app.include_router(system.router)
app.include_router(migrations.router)
