"""The double-entry ledger, balanced and append-only by its triggers.

The triggers are plain ones: replication applies rows that were checked where they were written.
"""

import sqlalchemy as sa
from alembic import op

revision = "payments_0004"
down_revision = "payments_0003"
branch_labels = None
depends_on = None

_BALANCED = """
CREATE FUNCTION payments.ledger_transaction_is_balanced() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    checked uuid := CASE TG_TABLE_NAME
        WHEN 'ledger_entries' THEN pg_catalog.to_jsonb(NEW) ->> 'transaction_id'
        ELSE pg_catalog.to_jsonb(NEW) ->> 'id'
    END;
BEGIN
    IF EXISTS (
        SELECT FROM payments.ledger_entries
        WHERE transaction_id = checked
        GROUP BY currency
        HAVING pg_catalog.sum(amount) <> 0
    ) THEN
        RAISE EXCEPTION 'the entries of ledger transaction % do not sum to zero', checked
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_entries_balanced',
                  SCHEMA = 'payments', TABLE = 'ledger_entries';
    END IF;
    IF (
        SELECT entry_count FROM payments.ledger_transactions WHERE id = checked
    ) <> (
        SELECT pg_catalog.count(*) FROM payments.ledger_entries WHERE transaction_id = checked
    ) THEN
        RAISE EXCEPTION 'ledger transaction % does not have the entries that it counts', checked
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_entries_counted',
                  SCHEMA = 'payments', TABLE = 'ledger_entries';
    END IF;
    RETURN NULL;
END
$$
"""

_IMMUTABLE = """
CREATE FUNCTION payments.ledger_is_immutable() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of payments.% is refused: post a movement in the other direction instead',
        TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', SCHEMA = 'payments', TABLE = TG_TABLE_NAME;
END
$$
"""


def upgrade() -> None:
    """Create both tables, their functions and their triggers."""
    _create_ledger_transactions()
    _create_ledger_entries()
    op.execute(_BALANCED)
    op.execute(_IMMUTABLE)
    for table in ("ledger_transactions", "ledger_entries"):
        op.execute(
            f"CREATE CONSTRAINT TRIGGER {table}_balanced AFTER INSERT ON payments.{table}"
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
            " EXECUTE FUNCTION payments.ledger_transaction_is_balanced()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_immutable"
            f" BEFORE UPDATE OR DELETE OR TRUNCATE ON payments.{table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION payments.ledger_is_immutable()"
        )


def downgrade() -> None:
    """Drop both tables with their triggers, then the functions."""
    op.drop_table("ledger_entries", schema="payments")
    op.drop_table("ledger_transactions", schema="payments")
    op.execute("DROP FUNCTION payments.ledger_transaction_is_balanced()")
    op.execute("DROP FUNCTION payments.ledger_is_immutable()")


def _create_ledger_transactions() -> None:
    op.create_table(
        "ledger_transactions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("payment_intent_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("entry_count", sa.SmallInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_transactions")),
        sa.UniqueConstraint(
            "kind", "source_id", name=op.f("uq_ledger_transactions_kind_source_id")
        ),
        sa.ForeignKeyConstraint(
            ["payment_intent_id"],
            ["payments.payment_intents.id"],
            name=op.f("fk_ledger_transactions_payment_intent_id_payment_intents"),
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["payments.customers.id"],
            name=op.f("fk_ledger_transactions_customer_id_customers"),
        ),
        sa.CheckConstraint("entry_count >= 2", name=op.f("ck_ledger_transactions_entry_count")),
        sa.CheckConstraint(
            "kind IN ('capture', 'refund')", name=op.f("ck_ledger_transactions_kind")
        ),
        schema="payments",
    )
    for columns in (["payment_intent_id"], ["customer_id", "id"]):
        name = op.f(f"ix_ledger_transactions_{'_'.join(columns)}")
        op.create_index(name, "ledger_transactions", columns, schema="payments")


def _create_ledger_entries() -> None:
    op.create_table(
        "ledger_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("transaction_id", sa.Uuid(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entries")),
        sa.ForeignKeyConstraint(
            ["transaction_id"],
            ["payments.ledger_transactions.id"],
            name=op.f("fk_ledger_entries_transaction_id_ledger_transactions"),
        ),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_ledger_entries_amount")),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_ledger_entries_currency")),
        sa.CheckConstraint(
            "account IN ('provider_clearing', 'sales', 'refunds')",
            name=op.f("ck_ledger_entries_account"),
        ),
        schema="payments",
    )
    for columns in (["transaction_id"], ["account", "currency"]):
        name = op.f(f"ix_ledger_entries_{'_'.join(columns)}")
        op.create_index(name, "ledger_entries", columns, schema="payments")
