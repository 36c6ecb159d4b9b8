"""The table parcels."""

import sqlalchemy as sa
from alembic import op

revision = "parcels_0001"
down_revision = None
branch_labels = ("parcels",)
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "parcels",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parcels")),
        schema="parcels",
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("parcels", schema="parcels")
