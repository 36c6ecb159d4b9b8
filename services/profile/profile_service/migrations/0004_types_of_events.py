"""Consumers of few types of events find them by an index."""

from alembic import op
from service_kit.migrating import index_types

revision = "profile_0004"
down_revision = "profile_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add it."""
    index_types(op, "profile")


def downgrade() -> None:
    """Take it away."""
    op.drop_index("ix_outbox_type_position", "outbox", schema="profile")
