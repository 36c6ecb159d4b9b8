"""The inbox, and the audit found by whom it is about."""

from alembic import op
from service_kit.events import inbox_tables
from service_kit.migrating import create_tables, drop_tables

revision = "admin_0003"
down_revision = "admin_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_tables(op, "admin", inbox_tables)
    op.create_index(
        "ix_audit_targets", "audit", ["targets"], schema="admin", postgresql_using="gin"
    )


def downgrade() -> None:
    op.drop_index("ix_audit_targets", "audit", schema="admin")
    drop_tables(op, "admin", inbox_tables)
