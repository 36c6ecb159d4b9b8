"""Places in the feed, the inbox and jobs."""

from alembic import op
from service_kit.events import inbox_tables
from service_kit.jobs import jobs_table
from service_kit.migrating import create_tables, drop_tables, number_positions

revision = "profile_0002"
down_revision = "profile_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number_positions(op, "profile")
    create_tables(op, "profile", inbox_tables, jobs_table)


def downgrade() -> None:
    drop_tables(op, "profile", inbox_tables, jobs_table)
    op.drop_constraint("uq_outbox_position", "outbox", schema="profile")
