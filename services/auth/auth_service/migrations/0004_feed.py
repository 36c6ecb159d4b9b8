"""Events get places in the feed."""

from alembic import op
from service_kit.migrating import add_positions

revision = "auth_0004"
down_revision = "auth_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add them."""
    add_positions(op, "auth")


def downgrade() -> None:
    """Take them away."""
    op.drop_column("outbox", "position", schema="auth")
