"""A data set like that of a service for payments: accounts, payments, a ledger.

Every row is a function of its number, so that all runs copy the same.
"""

from __future__ import annotations

import psycopg
from psycopg import sql

SCHEMA = "bench"
TABLES = ("accounts", "payments", "ledger_entries")
_PAYMENTS_PER_ACCOUNT = 20

_TABLES = """
CREATE SCHEMA bench;
CREATE TYPE bench.payment_status AS ENUM ('authorized', 'captured', 'refunded', 'failed');
CREATE TABLE bench.accounts (
    id uuid NOT NULL,
    email text NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE TABLE bench.payments (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    account_id uuid NOT NULL,
    amount numeric(14, 2) NOT NULL CHECK (amount > 0),
    currency char(3) NOT NULL,
    status bench.payment_status NOT NULL,
    reference text NOT NULL,
    created_at timestamptz NOT NULL,
    captured_at timestamptz,
    updated_at timestamptz NOT NULL
);
CREATE TABLE bench.ledger_entries (
    id bigint GENERATED ALWAYS AS IDENTITY,
    payment_id uuid NOT NULL,
    account text NOT NULL,
    amount numeric(14, 2) NOT NULL,
    booked_at timestamptz NOT NULL
);
"""

_ACCOUNTS = """
INSERT INTO bench.accounts
SELECT md5('account ' || n)::uuid, 'user' || n || '@seed.example',
       timestamptz '2025-01-01 00:00Z' + n * interval '1 minute'
  FROM generate_series(1, %(accounts)s) AS n
"""

_PAYMENTS = """
INSERT INTO bench.payments
SELECT md5('payment ' || n)::uuid,
       md5('account ' || (n * 7919::bigint %% %(accounts)s + 1))::uuid,
       1 + (n * 7907::bigint %% 1000000) / 100.0,
       (ARRAY['CHF', 'EUR', 'JPY'])[n %% 3 + 1],
       (ARRAY['authorized', 'captured', 'captured', 'refunded', 'captured', 'failed']
           ::bench.payment_status[])[n %% 6 + 1],
       'invoice ' || n * 31,
       timestamptz '2026-01-01 00:00Z' + n * interval '1.3 seconds',
       CASE WHEN n %% 6 IN (1, 2, 3, 4)
           THEN timestamptz '2026-01-01 00:05Z' + n * interval '1.3 seconds' END,
       timestamptz '2026-01-01 00:06Z' + n * interval '1.3 seconds'
  FROM generate_series(1, %(payments)s) AS n
"""

_LEDGER = """
INSERT INTO bench.ledger_entries (payment_id, account, amount, booked_at)
SELECT md5('payment ' || ((n - 1) / 2 %% %(payments)s + 1))::uuid,
       CASE n %% 2 WHEN 0 THEN 'receivable' ELSE 'cash' END,
       (1 + ((n - 1) / 2 * 7907::bigint %% 1000000) / 100.0)
           * CASE n %% 2 WHEN 0 THEN 1 ELSE -1 END,
       timestamptz '2026-01-01 00:05Z' + n * interval '0.6 seconds'
  FROM generate_series(1, %(ledger)s) AS n
"""

_REST = """
ALTER TABLE bench.accounts ADD PRIMARY KEY (id), ADD UNIQUE (email);
ALTER TABLE bench.payments ADD PRIMARY KEY (id),
    ADD FOREIGN KEY (account_id) REFERENCES bench.accounts;
ALTER TABLE bench.ledger_entries ADD PRIMARY KEY (id),
    ADD FOREIGN KEY (payment_id) REFERENCES bench.payments;
CREATE INDEX ON bench.payments (account_id, created_at);
CREATE INDEX ON bench.payments (status, created_at);
CREATE INDEX ON bench.ledger_entries (payment_id);
"""

_STATE = """
SELECT (SELECT count(*) FROM bench.accounts),
       (SELECT count(*) FROM bench.payments),
       (SELECT count(*) FROM bench.ledger_entries),
       (SELECT sum(amount) FROM bench.ledger_entries),
       (SELECT count(*) FROM pg_index AS i
          JOIN pg_class AS c ON c.oid = i.indrelid
         WHERE c.relnamespace = 'bench'::regnamespace AND i.indisvalid),
       (SELECT count(*) FROM pg_constraint
         WHERE connamespace = 'bench'::regnamespace AND convalidated)
"""

_BYTES = """
SELECT coalesce(sum(pg_table_size(oid)), 0)::bigint, coalesce(sum(pg_indexes_size(oid)), 0)::bigint
  FROM pg_class WHERE relnamespace = 'bench'::regnamespace AND relkind = 'r'
"""


def generate(url: str, payments: int, ledger: int, *, owner: str = "postgres") -> None:
    """Fill an empty database, and leave it vacuumed and analysed.

    Args:
        url: the database, as a superuser.
        payments: rows of that table.
        ledger: rows of that table.
        owner: a role that may create schemas there.
    """
    sizes = {
        "accounts": max(payments // _PAYMENTS_PER_ACCOUNT, 1),
        "payments": payments,
        "ledger": ledger,
    }
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("SET ROLE {owner}").format(owner=sql.Identifier(owner)))
        connection.execute(_TABLES)
        for statement in (_ACCOUNTS, _PAYMENTS, _LEDGER):
            connection.execute(statement, sizes)
        connection.execute(_REST)
        connection.execute("RESET ROLE")
        connection.execute("VACUUM (ANALYZE)")


def state(url: str) -> tuple[object, ...]:
    """What a complete copy has in common with its source: rows, a sum, indexes, constraints."""
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(_STATE).fetchone() or ()


def size(url: str) -> tuple[int, int]:
    """Bytes of the tables and of the indexes."""
    with psycopg.connect(url, autocommit=True) as connection:
        tables, indexes = connection.execute(_BYTES).fetchone() or (0, 0)
    return int(tables), int(indexes)
