"""Settings, read from the environment."""

from functools import lru_cache

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", extra="ignore")

    app_version: str = "dev"
    environment: str = "local"
    log_level: str = "INFO"

    database_url: str = "postgresql+psycopg://vmshift:vmshift@localhost:5432/vmshift"
    redis_url: str = "redis://localhost:6379/0"

    # How long the converter takes for one GiB of disk.
    seconds_per_gib: float = 0.02
    # A queued migration that nobody picked up is queued again after this long.
    requeue_after_seconds: int = 300
    # A running migration without progress for this long is marked as failed.
    stalled_after_seconds: int = 900


@lru_cache
def get_settings() -> Settings:
    return Settings()
