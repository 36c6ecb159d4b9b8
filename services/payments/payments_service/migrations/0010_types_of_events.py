"""Consumers of few types of events find them by an index."""

from alembic import op
from service_kit.migrating import index_types

revision = "payments_0010"
down_revision = "payments_0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add it."""
    index_types(op, "payments")


def downgrade() -> None:
    """Take it away."""
    op.drop_index("ix_outbox_type_position", "outbox", schema="payments")
