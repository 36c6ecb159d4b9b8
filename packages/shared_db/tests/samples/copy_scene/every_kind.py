"""A schema with something of every kind that a copy has to carry."""

from __future__ import annotations

EVERY_KIND = """
CREATE TYPE {s}."Status" AS ENUM ('open', 'it''s "paid"');
CREATE TYPE {s}.pair AS (a int, "B" {s}."Status");
CREATE TYPE {s}.span AS RANGE (subtype = int4);
CREATE DOMAIN {s}.amount AS numeric(12, 2) DEFAULT 0 CHECK (value >= 0);
CREATE COLLATION {s}.plain FROM "C";
CREATE SEQUENCE {s}."Numbers" INCREMENT BY -3 MAXVALUE 1000 START 900 CYCLE;
CREATE FUNCTION {s}.shout(text) RETURNS text IMMUTABLE LANGUAGE sql AS $$ SELECT upper($1) $$;
CREATE FUNCTION {s}.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;

CREATE TABLE {s}."Customers; all" (
    "Id" bigint GENERATED ALWAYS AS IDENTITY (START 10 INCREMENT 5) PRIMARY KEY,
    mail text COLLATE {s}.plain NOT NULL,
    nick text,
    status {s}."Status" NOT NULL DEFAULT 'open',
    history {s}."Status"[],
    position {s}.pair,
    spent {s}.amount,
    doubled numeric GENERATED ALWAYS AS (spent * 2) STORED,
    seats {s}.span,
    number int DEFAULT nextval('{s}."Numbers"'),
    CONSTRAINT "one mail; each" UNIQUE (mail) INCLUDE (nick) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT one_nick UNIQUE NULLS NOT DISTINCT (nick, status),
    CONSTRAINT apart EXCLUDE USING gist (seats WITH &&) DEFERRABLE,
    CONSTRAINT short CHECK (length(mail) < 200)
) WITH (fillfactor = 70, toast.autovacuum_enabled = off);
ALTER TABLE {s}."Customers; all" ADD CONSTRAINT later CHECK (number > 5000) NOT VALID;
ALTER TABLE {s}."Customers; all" ALTER mail SET STATISTICS 321, ALTER nick SET STORAGE EXTERNAL;
CREATE INDEX by_shout ON {s}."Customers; all" ({s}.shout(mail)) WHERE status = 'open';
ALTER INDEX {s}.by_shout ALTER 1 SET STATISTICS 77;
CREATE INDEX "by; seats" ON {s}."Customers; all" USING gin (history) WITH (fastupdate = off);
CREATE UNIQUE INDEX keeps ON {s}."Customers; all" ("Id", mail);
ALTER TABLE {s}."Customers; all" REPLICA IDENTITY USING INDEX keeps;
ALTER TABLE {s}."Customers; all" CLUSTER ON "Customers; all_pkey";
CREATE STATISTICS {s}.together (dependencies, ndistinct) ON nick, status FROM {s}."Customers; all";
ALTER STATISTICS {s}.together SET STATISTICS 99;

CREATE TABLE {s}.orders (
    id int, placed date, customer bigint REFERENCES {s}."Customers; all" ON DELETE CASCADE,
    CONSTRAINT orders_key PRIMARY KEY (id, placed)
) PARTITION BY RANGE (placed);
CREATE TABLE {s}.orders_old PARTITION OF {s}.orders FOR VALUES FROM (MINVALUE) TO ('2025-01-01');
CREATE TABLE {s}.orders_new PARTITION OF {s}.orders FOR VALUES FROM ('2025-01-01') TO (MAXVALUE)
    PARTITION BY HASH (id);
CREATE TABLE {s}.orders_new_0 PARTITION OF {s}.orders_new FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE {s}.orders_new_1 PARTITION OF {s}.orders_new FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE INDEX orders_by_customer ON {s}.orders (customer);
CREATE TABLE {s}.lines (
    id int, placed date, line int, reference text,
    FOREIGN KEY (id, placed) REFERENCES {s}.orders DEFERRABLE INITIALLY DEFERRED,
    UNIQUE (id, placed, line)
);
ALTER TABLE {s}.lines REPLICA IDENTITY FULL;
CREATE TABLE {s}.notes (customer bigint, note text, noted timestamptz DEFAULT now());
INSERT INTO {s}.notes VALUES (1, 'a note of nobody');
ALTER TABLE {s}.notes ADD CONSTRAINT unchecked FOREIGN KEY (customer)
    REFERENCES {s}."Customers; all" NOT VALID;
CREATE TABLE {s}.special_notes (reason text) INHERITS ({s}.notes);
CREATE UNLOGGED TABLE {s}.cache (key text PRIMARY KEY, value jsonb);
CREATE TABLE {s}.nothing ();

CREATE VIEW {s}.open WITH (security_barrier) AS
    SELECT * FROM {s}."Customers; all" WHERE status = 'open';
CREATE MATERIALIZED VIEW {s}.totals AS
    SELECT customer, count(*) AS orders FROM {s}.orders GROUP BY 1;
CREATE UNIQUE INDEX totals_key ON {s}.totals (customer);
CREATE MATERIALIZED VIEW {s}.of_totals AS SELECT sum(orders) AS orders FROM {s}.totals;
CREATE MATERIALIZED VIEW {s}.later AS SELECT 1 AS one WITH NO DATA;
CREATE RULE kept AS ON DELETE TO {s}.notes DO INSTEAD NOTHING;
CREATE TRIGGER touch BEFORE UPDATE ON {s}.orders FOR EACH ROW EXECUTE FUNCTION {s}.touch();
CREATE CONSTRAINT TRIGGER touch_late AFTER INSERT ON {s}.notes DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION {s}.touch();
ALTER TABLE {s}.notes DISABLE TRIGGER touch_late;
ALTER TABLE {s}.notes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY "own notes" ON {s}.notes AS RESTRICTIVE FOR SELECT USING (note <> 'secret');

COMMENT ON SCHEMA {s} IS 'of the schema';
COMMENT ON TYPE {s}."Status" IS 'of a type';
COMMENT ON DOMAIN {s}.amount IS 'of a domain';
COMMENT ON SEQUENCE {s}."Numbers" IS 'of a sequence';
COMMENT ON FUNCTION {s}.shout IS 'of a function';
COMMENT ON TABLE {s}."Customers; all" IS 'of a table; it''s large';
COMMENT ON COLUMN {s}."Customers; all".mail IS 'of a column';
COMMENT ON CONSTRAINT "one mail; each" ON {s}."Customers; all" IS 'of a constraint';
COMMENT ON CONSTRAINT lines_id_placed_fkey ON {s}.lines IS 'of a foreign key';
COMMENT ON INDEX {s}.by_shout IS 'of an index';
COMMENT ON STATISTICS {s}.together IS 'of statistics';
COMMENT ON VIEW {s}.open IS 'of a view';
COMMENT ON MATERIALIZED VIEW {s}.totals IS 'of a materialised view';
COMMENT ON RULE kept ON {s}.notes IS 'of a rule';
COMMENT ON TRIGGER touch ON {s}.orders IS 'of a trigger';
COMMENT ON POLICY "own notes" ON {s}.notes IS 'of a policy';

INSERT INTO {s}."Customers; all" (mail, nick, status, history, position, spent, seats, number)
SELECT 'c' || n, 'n' || n, 'open', ARRAY['open', 'it''s "paid"']::{s}."Status"[],
       ROW(n, 'open'::{s}."Status")::{s}.pair,
       n / 4.0, int4range(n, n + 1)::text::{s}.span, 6000 + n
  FROM generate_series(1, 500) AS n;
INSERT INTO {s}.orders SELECT n, date '2024-06-01' + n, 10 + n % 500 * 5
  FROM generate_series(1, 600) AS n;
INSERT INTO {s}.lines SELECT id, placed, 1, 'reference' FROM {s}.orders;
INSERT INTO {s}.special_notes VALUES (10, 'a note', now(), 'reason');
INSERT INTO {s}.cache VALUES ('k', '{{"v": 1}}');
REFRESH MATERIALIZED VIEW {s}.totals;
REFRESH MATERIALIZED VIEW {s}.of_totals
"""

_OF_SCHEMA = "= '{s}'::regnamespace"

CATALOGS = {
    "relations": (
        "SELECT relname, relkind, relpersistence, relreplident, relrowsecurity,"
        "       relforcerowsecurity, reloptions, relispopulated, relispartition"
        f"  FROM pg_class WHERE relnamespace {_OF_SCHEMA} ORDER BY relname"
    ),
    "columns": (
        "SELECT c.relname, attname, format_type(atttypid, atttypmod) AS type, attnotnull,"
        "       attidentity, attgenerated, attstorage, attstattarget, attcompression,"
        "       pg_get_expr(adbin, adrelid) AS value"
        "  FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = attrelid"
        "  LEFT JOIN pg_attrdef AS d ON adrelid = attrelid AND adnum = attnum"
        f" WHERE relnamespace {_OF_SCHEMA} AND attnum > 0 ORDER BY 1, attnum"
    ),
    "indexes": (
        "SELECT c.relname, pg_get_indexdef(i.indexrelid) AS definition, indisclustered,"
        "       indisreplident, indimmediate, indisvalid, indnullsnotdistinct"
        "  FROM pg_index AS i JOIN pg_class AS c ON c.oid = indexrelid"
        f" WHERE c.relnamespace {_OF_SCHEMA} ORDER BY 1"
    ),
    "constraints": (
        "SELECT conname, contype, pg_get_constraintdef(oid) AS definition, condeferrable,"
        "       condeferred, convalidated, conrelid::regclass::text AS table_name"
        f"  FROM pg_constraint WHERE connamespace {_OF_SCHEMA} ORDER BY 7, 1"
    ),
    "triggers": (
        "SELECT tgname, tgenabled, pg_get_triggerdef(t.oid) AS definition"
        "  FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = tgrelid"
        f" WHERE relnamespace {_OF_SCHEMA} AND NOT tgisinternal ORDER BY 1, 3"
    ),
    "rules": (
        f"SELECT definition FROM pg_rules WHERE quote_ident(schemaname)::regnamespace {_OF_SCHEMA}"
    ),
    "policies": (
        "SELECT tablename, policyname, permissive, roles, cmd, qual, with_check"
        "  FROM pg_policies ORDER BY 1, 2"
    ),
    "statistics": (
        "SELECT stxname, pg_get_statisticsobjdef(oid) AS definition, stxstattarget"
        f"  FROM pg_statistic_ext WHERE stxnamespace {_OF_SCHEMA}"
    ),
    "comments": ("SELECT description FROM pg_description WHERE description LIKE 'of %' ORDER BY 1"),
    "inheritance": (
        "SELECT inhrelid::regclass::text AS child, inhparent::regclass::text AS parent"
        "  FROM pg_inherits ORDER BY 1"
    ),
}
"""Queries whose answers are the same at both sides when nothing was dropped or changed."""

ROWS = {
    "customers": 'SELECT * FROM {s}."Customers; all" ORDER BY "Id"',
    "orders": "SELECT tableoid::regclass::text, * FROM {s}.orders ORDER BY id",
    "lines": "SELECT * FROM {s}.lines ORDER BY id",
    "notes": "SELECT tableoid::regclass::text, * FROM {s}.notes ORDER BY customer",
    "cache": "SELECT * FROM {s}.cache",
    "totals": "SELECT * FROM {s}.totals ORDER BY customer",
    "of_totals": "SELECT * FROM {s}.of_totals",
}
