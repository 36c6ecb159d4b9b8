"""Familiar sources of logins, revoked access tokens, and what refreshing and reinstating need."""

import sqlalchemy as sa
from alembic import op

revision = "auth_0003"
down_revision = "auth_0002"
branch_labels = None
depends_on = None

SCHEMA = "auth"


def upgrade() -> None:
    """Add two columns without a rewrite, and create the tables."""
    op.add_column(
        "refresh_tokens",
        sa.Column("successor_salt", sa.LargeBinary(), nullable=True),
        schema=SCHEMA,
    )
    op.add_column("users", sa.Column("status_before", sa.Text(), nullable=True), schema=SCHEMA)
    op.create_table(
        "familiar_sources",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.LargeBinary(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["auth.users.id"], name=op.f("fk_familiar_sources_user_id_users")
        ),
        sa.PrimaryKeyConstraint("user_id", "source", name=op.f("pk_familiar_sources")),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_familiar_sources_seen_at"), "familiar_sources", ["seen_at"], schema=SCHEMA
    )
    op.create_table(
        "revoked_tokens",
        sa.Column("jti", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("jti", name=op.f("pk_revoked_tokens")),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_revoked_tokens_expires_at"), "revoked_tokens", ["expires_at"], schema=SCHEMA
    )


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("revoked_tokens", schema=SCHEMA)
    op.drop_table("familiar_sources", schema=SCHEMA)
    op.drop_column("users", "status_before", schema=SCHEMA)
    op.drop_column("refresh_tokens", "successor_salt", schema=SCHEMA)
