"""The vmshift API."""

import logging

from fastapi import FastAPI

from app.config import get_settings
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
app.include_router(system.router)
app.include_router(migrations.router)
