"""An erased profile leaves an empty row, so that nothing makes it anew."""

import sqlalchemy as sa
from alembic import op

revision = "profile_0003"
down_revision = "profile_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "profiles",
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        schema="profile",
    )


def downgrade() -> None:
    op.execute("DELETE FROM profile.profiles WHERE erased_at IS NOT NULL")
    op.drop_column("profiles", "erased_at", schema="profile")
