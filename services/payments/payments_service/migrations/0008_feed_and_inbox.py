"""Places in the feed, and the inbox of the accounts' events."""

from alembic import op
from service_kit.events import inbox_tables
from service_kit.migrating import add_positions, create_tables, drop_tables

revision = "payments_0008"
down_revision = "payments_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add them."""
    add_positions(op, "payments")
    create_tables(op, "payments", inbox_tables)


def downgrade() -> None:
    """Take them away."""
    drop_tables(op, "payments", inbox_tables)
    op.drop_column("outbox", "position", schema="payments")
