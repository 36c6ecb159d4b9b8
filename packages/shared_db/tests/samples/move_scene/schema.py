"""The application's schema: a table of each kind that a move has to carry."""

from __future__ import annotations

import psycopg

ROLE, OWNER, PASSWORD = "shop_app", "shop_owner", "shop"
SCHEMA = "shop"

_DEFINITIONS = """
CREATE TYPE shop.kind AS ENUM ('guest', 'member');
CREATE TABLE shop.customers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text NOT NULL UNIQUE,
    kind shop.kind NOT NULL DEFAULT 'guest',
    facts jsonb
);
CREATE TABLE shop.orders (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    customer bigint NOT NULL REFERENCES shop.customers,
    amount numeric(12, 2) NOT NULL CHECK (amount >= 0),
    twice numeric GENERATED ALWAYS AS (amount * 2) STORED,
    placed timestamptz NOT NULL DEFAULT now(),
    note text NOT NULL UNIQUE
);
CREATE INDEX orders_by_customer ON shop.orders (customer, placed);
CREATE TABLE shop."Event Log" ("Id" int, part int, body text, PRIMARY KEY ("Id", part))
    PARTITION BY LIST (part);
CREATE TABLE shop.events_odd PARTITION OF shop."Event Log" FOR VALUES IN (1);
CREATE TABLE shop.events_even PARTITION OF shop."Event Log" FOR VALUES IN (0);
CREATE TABLE shop.counters (name text PRIMARY KEY, value bigint NOT NULL);
CREATE SEQUENCE shop.numbers START 5;
CREATE VIEW shop.spent AS SELECT customer, sum(amount) AS amount FROM shop.orders GROUP BY 1;
COMMENT ON TABLE shop.orders IS 'What customers ordered';
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA shop TO shop_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA shop TO shop_app;
INSERT INTO shop.counters VALUES ('orders', 0);
"""

_ROWS = (
    (
        "INSERT INTO shop.customers (email, facts)"
        " SELECT 'c' || n || '@shop.example', jsonb_build_object('n', n)"
        "   FROM generate_series(1, greatest(%s / 10, 1)) AS n"
    ),
    (
        "INSERT INTO shop.orders (customer, amount, note)"
        " SELECT 1 + n %% greatest(%s / 10, 1), n, 'seeded ' || n FROM generate_series(1, %s) AS n"
    ),
    "INSERT INTO shop.\"Event Log\" SELECT n, n %% 2, 'event' FROM generate_series(1, %s) AS n",
)


def make_roles(url: str) -> None:
    """Create the application's roles on a server, unless they are there."""
    with psycopg.connect(url, autocommit=True) as connection:
        for role, options in ((ROLE, f"LOGIN PASSWORD '{PASSWORD}'"), (OWNER, "NOLOGIN")):
            found = connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [role])
            if found.fetchone() is None:
                connection.execute(f"CREATE ROLE {role} {options}")


def make_schema(url: str, rows: int) -> None:
    """Create the schema with so many orders."""
    with psycopg.connect(url) as connection:
        connection.execute(f"CREATE SCHEMA {SCHEMA} AUTHORIZATION {OWNER}")
        connection.execute(f"GRANT USAGE ON SCHEMA {SCHEMA} TO {ROLE}")
        connection.execute(f"SET ROLE {OWNER}")
        connection.execute(_DEFINITIONS)
        for statement in _ROWS:
            connection.execute(statement, [rows] * statement.count("%s"))
