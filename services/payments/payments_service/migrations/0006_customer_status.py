"""Customers have a status; the ledger takes reversals."""

import sqlalchemy as sa
from alembic import op

revision = "payments_0006"
down_revision = "payments_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the status with its default, so that a running version goes on without it."""
    op.add_column(
        "customers",
        sa.Column("status", sa.Text(), nullable=False, server_default=sa.text("'active'")),
        schema="payments",
    )
    op.create_check_constraint(
        op.f("ck_customers_status"),
        "customers",
        "status IN ('active', 'suspended', 'erased')",
        schema="payments",
    )
    op.create_index(
        "ix_customers_inactive",
        "customers",
        ["id"],
        schema="payments",
        postgresql_where=sa.text("status <> 'active'"),
    )
    op.create_index(
        "ix_payment_intents_open",
        "payment_intents",
        ["customer_id"],
        schema="payments",
        postgresql_where=sa.text("status NOT IN ('succeeded', 'canceled')"),
    )
    _kinds("'capture', 'refund', 'reversal'")


def downgrade() -> None:
    """Take them away; refused while the ledger holds a reversal."""
    _kinds("'capture', 'refund'")
    op.drop_index("ix_payment_intents_open", "payment_intents", schema="payments")
    op.drop_index("ix_customers_inactive", "customers", schema="payments")
    op.drop_constraint(op.f("ck_customers_status"), "customers", schema="payments")
    op.drop_column("customers", "status", schema="payments")


def _kinds(members: str) -> None:
    name = op.f("ck_ledger_transactions_kind")
    op.drop_constraint(name, "ledger_transactions", schema="payments")
    op.create_check_constraint(
        name, "ledger_transactions", f"kind IN ({members})", schema="payments"
    )
