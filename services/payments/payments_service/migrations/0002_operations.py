"""Refunds, attempts at the provider, captures."""

import sqlalchemy as sa
from alembic import op

revision = "payments_0002"
down_revision = "payments_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the three tables in the order of their references."""
    _create_refunds()
    _create_payment_attempts()
    _create_captures()


def downgrade() -> None:
    """Drop them in the reverse order."""
    for table in ("captures", "payment_attempts", "refunds"):
        op.drop_table(table, schema="payments")


def _create_refunds() -> None:
    op.create_table(
        "refunds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payment_intent_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refunds")),
        sa.ForeignKeyConstraint(
            ["payment_intent_id"],
            ["payments.payment_intents.id"],
            name=op.f("fk_refunds_payment_intent_id_payment_intents"),
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_refunds_amount")),
        sa.CheckConstraint(
            "status IN ('pending', 'succeeded', 'failed')", name=op.f("ck_refunds_status")
        ),
        schema="payments",
    )
    op.create_index(
        op.f("ix_refunds_payment_intent_id"), "refunds", ["payment_intent_id"], schema="payments"
    )


def _create_payment_attempts() -> None:
    op.create_table(
        "payment_attempts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payment_intent_id", sa.Uuid(), nullable=False),
        sa.Column("refund_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("payment_method", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("provider_reference", sa.Text(), nullable=True),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("next_call_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_attempts")),
        sa.ForeignKeyConstraint(
            ["payment_intent_id"],
            ["payments.payment_intents.id"],
            name=op.f("fk_payment_attempts_payment_intent_id_payment_intents"),
        ),
        sa.ForeignKeyConstraint(
            ["refund_id"],
            ["payments.refunds.id"],
            name=op.f("fk_payment_attempts_refund_id_refunds"),
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payment_attempts_amount")),
        sa.CheckConstraint(
            "(status = 'pending') = (next_call_at IS NOT NULL)",
            name=op.f("ck_payment_attempts_pending"),
        ),
        sa.CheckConstraint(
            "kind IN ('authorize', 'capture', 'void', 'refund')",
            name=op.f("ck_payment_attempts_kind"),
        ),
        sa.CheckConstraint(
            "status IN ('pending', 'succeeded', 'requires_action', 'failed')",
            name=op.f("ck_payment_attempts_status"),
        ),
        schema="payments",
    )
    _index_payment_attempts()


def _index_payment_attempts() -> None:
    pending = "status = 'pending'"
    for column, where in (
        ("payment_intent_id", None),
        ("refund_id", None),
        ("next_call_at", pending),
    ):
        op.create_index(
            op.f(f"ix_payment_attempts_{column}"),
            "payment_attempts",
            [column],
            schema="payments",
            postgresql_where=None if where is None else sa.text(where),
        )
    op.create_index(
        op.f("uq_payment_attempts_one_pending"),
        "payment_attempts",
        ["payment_intent_id"],
        unique=True,
        schema="payments",
        postgresql_where=sa.text("status = 'pending' AND kind <> 'refund'"),
    )


def _create_captures() -> None:
    op.create_table(
        "captures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payment_intent_id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_captures")),
        sa.UniqueConstraint("payment_intent_id", name=op.f("uq_captures_payment_intent_id")),
        sa.UniqueConstraint("attempt_id", name=op.f("uq_captures_attempt_id")),
        sa.ForeignKeyConstraint(
            ["payment_intent_id"],
            ["payments.payment_intents.id"],
            name=op.f("fk_captures_payment_intent_id_payment_intents"),
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id"],
            ["payments.payment_attempts.id"],
            name=op.f("fk_captures_attempt_id_payment_attempts"),
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_captures_amount")),
        schema="payments",
    )
