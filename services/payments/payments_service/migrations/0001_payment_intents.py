"""Customers and payment intents."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "payments_0001"
down_revision = None
branch_labels = ("payments",)
depends_on = None

_STATES = (
    "'requires_payment_method', 'requires_confirmation', 'requires_action', 'processing', "
    "'requires_capture', 'succeeded', 'canceled'"
)


def upgrade() -> None:
    """Create both tables; the CHECKs hold whatever the code does."""
    _create_customers()
    _create_payment_intents()
    op.create_index(
        op.f("ix_payment_intents_customer_id_id"),
        "payment_intents",
        ["customer_id", "id"],
        schema="payments",
    )
    op.create_index(
        op.f("ix_payment_intents_status_id"), "payment_intents", ["status", "id"], schema="payments"
    )


def downgrade() -> None:
    """Drop both tables."""
    op.drop_table("payment_intents", schema="payments")
    op.drop_table("customers", schema="payments")


def _create_customers() -> None:
    op.create_table(
        "customers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers")),
        sa.UniqueConstraint("user_id", name=op.f("uq_customers_user_id")),
        schema="payments",
    )


def _create_payment_intents() -> None:
    op.create_table(
        "payment_intents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("captured", sa.BigInteger(), nullable=False),
        sa.Column("refunded", sa.BigInteger(), nullable=False),
        sa.Column("refunding", sa.BigInteger(), nullable=False),
        sa.Column("payment_method", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("details", postgresql.JSONB(), nullable=False),
        sa.Column("provider_reference", sa.Text(), nullable=True),
        sa.Column("action_url", sa.Text(), nullable=True),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column("cancellation_reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("canceled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_intents")),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["payments.customers.id"],
            name=op.f("fk_payment_intents_customer_id_customers"),
        ),
        sa.CheckConstraint(
            "0 <= refunded AND refunded <= captured AND captured <= amount",
            name=op.f("ck_payment_intents_amounts"),
        ),
        sa.CheckConstraint(
            "0 <= refunding AND refunded + refunding <= captured",
            name=op.f("ck_payment_intents_refunding"),
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payment_intents_amount")),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_payment_intents_currency")),
        sa.CheckConstraint(f"status IN ({_STATES})", name=op.f("ck_payment_intents_status")),
        schema="payments",
    )
