"""Idempotency keys with the replies that they were given."""

import sqlalchemy as sa
from alembic import op

revision = "payments_0003"
down_revision = "payments_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table; a key without a reply must have an attempt that will complete it."""
    op.create_table(
        "idempotency_keys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("principal", sa.Text(), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=True),
        sa.Column("reply_status", sa.SmallInteger(), nullable=True),
        sa.Column("reply_body", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idempotency_keys")),
        sa.UniqueConstraint(
            "principal", "route", "key", name=op.f("uq_idempotency_keys_principal_route_key")
        ),
        sa.UniqueConstraint("attempt_id", name=op.f("uq_idempotency_keys_attempt_id")),
        sa.ForeignKeyConstraint(
            ["attempt_id"],
            ["payments.payment_attempts.id"],
            name=op.f("fk_idempotency_keys_attempt_id_payment_attempts"),
        ),
        sa.CheckConstraint(
            "(reply_status IS NULL) = (reply_body IS NULL)"
            " AND (reply_status IS NULL) = (completed_at IS NULL)",
            name=op.f("ck_idempotency_keys_reply"),
        ),
        sa.CheckConstraint(
            "reply_status IS NOT NULL OR attempt_id IS NOT NULL",
            name=op.f("ck_idempotency_keys_in_flight"),
        ),
        schema="payments",
    )
    op.create_index(
        op.f("ix_idempotency_keys_created_at"),
        "idempotency_keys",
        ["created_at"],
        schema="payments",
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("idempotency_keys", schema="payments")
