"""progress, priority and a better name for the error

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "vm_migrations",
        sa.Column("priority", sa.Integer(), nullable=False, server_default="0"),
    )
    op.add_column("vm_migrations", sa.Column("progress", sa.Integer()))
    op.execute("UPDATE vm_migrations SET progress = 0")
    op.alter_column("vm_migrations", "progress", nullable=False)
    op.alter_column("vm_migrations", "error", new_column_name="error_message")
    op.create_index("ix_vm_migrations_status", "vm_migrations", ["status"])


def downgrade() -> None:
    op.drop_index("ix_vm_migrations_status", "vm_migrations")
    op.alter_column("vm_migrations", "error_message", new_column_name="error")
    op.drop_column("vm_migrations", "progress")
    op.drop_column("vm_migrations", "priority")
