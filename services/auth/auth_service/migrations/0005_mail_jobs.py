"""Jobs, for mails."""

from alembic import op
from service_kit.jobs import jobs_table
from service_kit.migrating import create_tables, drop_tables

revision = "auth_0005"
down_revision = "auth_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    create_tables(op, "auth", jobs_table)


def downgrade() -> None:
    """Drop it."""
    drop_tables(op, "auth", jobs_table)
