"""create vm_migrations

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "vm_migrations",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("vm_name", sa.String(120), nullable=False),
        sa.Column("source_format", sa.String(16), nullable=False),
        sa.Column("target_format", sa.String(16), nullable=False),
        sa.Column("disk_gib", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("checksum", sa.String(64)),
        sa.Column("error", sa.Text()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("vm_migrations")
