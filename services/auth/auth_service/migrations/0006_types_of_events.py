"""Consumers of few types of events find them by an index."""

from alembic import op
from service_kit.migrating import index_types

revision = "auth_0006"
down_revision = "auth_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add it."""
    index_types(op, "auth")


def downgrade() -> None:
    """Take it away."""
    op.drop_index("ix_outbox_type_position", "outbox", schema="auth")
