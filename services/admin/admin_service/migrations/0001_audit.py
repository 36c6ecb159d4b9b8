"""The audit, which refuses to be changed.

The triggers are of the ordinary kind: rows that replication brings during a move pass them.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "admin_0001"
down_revision = None
branch_labels = ("admin",)
depends_on = None

REFUSE_CHANGE = """
    CREATE FUNCTION admin.refuse_audit_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $function$
    BEGIN
        RAISE EXCEPTION 'The audit is append-only: % is refused.', TG_OP
            USING ERRCODE = 'restrict_violation',
                  HINT = 'Write a new entry that corrects the earlier one.';
    END
    $function$
"""
APPEND_ONLY = """
    CREATE TRIGGER audit_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON admin.audit
    FOR EACH STATEMENT
    EXECUTE FUNCTION admin.refuse_audit_change()
"""


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Uuid(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("targets", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("previous_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sa.UniqueConstraint("position", name=op.f("uq_audit_position")),
        sa.CheckConstraint("position > 0", name=op.f("ck_audit_position_positive")),
        sa.CheckConstraint(
            "octet_length(previous_hash) = 32", name=op.f("ck_audit_previous_hash_length")
        ),
        sa.CheckConstraint("octet_length(hash) = 32", name=op.f("ck_audit_hash_length")),
        schema="admin",
    )
    op.execute(REFUSE_CHANGE)
    op.execute(APPEND_ONLY)


def downgrade() -> None:
    op.drop_table("audit", schema="admin")
    op.execute("DROP FUNCTION admin.refuse_audit_change()")
