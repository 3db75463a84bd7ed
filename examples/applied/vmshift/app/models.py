"""Tables."""

import uuid
from datetime import UTC, datetime

from sqlalchemy import DateTime, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.states import Status, check_transition


def utcnow() -> datetime:
    return datetime.now(UTC)


class Migration(Base):
    """One VM image on its way from one hypervisor's format to another's."""

    __tablename__ = "vm_migrations"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    vm_name: Mapped[str] = mapped_column(String(120))
    source_format: Mapped[str] = mapped_column(String(16))
    target_format: Mapped[str] = mapped_column(String(16))
    disk_gib: Mapped[int] = mapped_column(Integer)
    priority: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    status: Mapped[str] = mapped_column(String(16), default=Status.QUEUED, index=True)
    progress: Mapped[int] = mapped_column(Integer, default=0)
    checksum: Mapped[str | None] = mapped_column(String(64))
    error_message: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=utcnow)
    updated_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), default=utcnow, onupdate=utcnow
    )

    def advance(self, status: Status) -> None:
        check_transition(self.status, status)
        self.status = status

    def fail(self, message: str) -> None:
        self.advance(Status.FAILED)
        self.error_message = message
