"""What the API accepts and returns."""

import uuid
from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.converter import ImageFormat
from app.states import Status


class MigrationCreate(BaseModel):
    vm_name: str = Field(min_length=1, max_length=120, pattern=r"^[A-Za-z0-9._-]+$")
    source_format: ImageFormat
    target_format: ImageFormat
    disk_gib: int = Field(ge=1, le=4096)
    priority: int = Field(default=0, ge=0, le=9)

    @model_validator(mode="after")
    def formats_differ(self) -> Self:
        if self.source_format == self.target_format:
            raise ValueError("source_format and target_format are the same")
        return self


class MigrationOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: uuid.UUID
    vm_name: str
    source_format: ImageFormat
    target_format: ImageFormat
    disk_gib: int
    priority: int
    status: Status
    progress: int
    checksum: str | None
    error_message: str | None
    created_at: datetime
    updated_at: datetime


class MigrationList(BaseModel):
    total: int
    items: list[MigrationOut]
