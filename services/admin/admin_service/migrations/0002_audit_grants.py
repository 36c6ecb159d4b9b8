"""The service may read the audit and add to it, and nothing else.

Default privileges gave its role UPDATE and DELETE when the table was made; they are taken from
whoever has them besides the owner. The triggers stay for the owner.
"""

from alembic import op

revision = "admin_0002"
down_revision = "admin_0001"
branch_labels = None
depends_on = None

NARROW = """
    DO $do$
    DECLARE
        grantee text;
    BEGIN
        FOR grantee IN
            SELECT DISTINCT a.grantee::regrole::text
              FROM pg_catalog.pg_class AS c
             CROSS JOIN pg_catalog.aclexplode(c.relacl) AS a
             WHERE c.oid = 'admin.audit'::regclass
               AND a.grantee NOT IN (0, c.relowner)
        LOOP
            EXECUTE format('REVOKE UPDATE, DELETE ON admin.audit FROM %s', grantee);
        END LOOP;
    END
    $do$
"""
WIDEN = NARROW.replace("REVOKE UPDATE, DELETE", "GRANT UPDATE, DELETE").replace("FROM %s", "TO %s")


def upgrade() -> None:
    op.execute(NARROW)


def downgrade() -> None:
    op.execute(WIDEN)
