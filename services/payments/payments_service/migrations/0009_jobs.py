"""Jobs: what a suspended or erased account leaves to be done."""

from alembic import op
from service_kit.jobs import jobs_table
from service_kit.migrating import create_tables, drop_tables

revision = "payments_0009"
down_revision = "payments_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    create_tables(op, "payments", jobs_table)


def downgrade() -> None:
    """Drop it."""
    drop_tables(op, "payments", jobs_table)
