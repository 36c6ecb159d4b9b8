"""Rows for tables of any definition: found by trying, from examples or from nothing."""

from __future__ import annotations

from random import Random

import pytest
from rehearsal.any_schema.learning.examples import Parents, read_examples
from rehearsal.any_schema.learning.learn import learn
from rehearsal.any_schema.learning.maker import Maker
from rehearsal.any_schema.learning.seed import fill_empty_tables
from rehearsal.any_schema.learning.writable import Writable
from rehearsal.any_schema.shape import read_tables
from shared_db.tool_connection import ToolConnection

TYPES = [
    "boolean",
    "smallint",
    "integer",
    "bigint",
    "numeric(6,2)",
    "real",
    "text",
    "varchar(3)",
    "char(2)",
    "bytea",
    "uuid",
    "date",
    "time",
    "timetz",
    "timestamp",
    "timestamptz",
    "interval",
    "json",
    "jsonb",
    "inet",
    "cidr",
    "macaddr",
    "bit(3)",
    "varbit(5)",
    "int4range",
    "tsvector",
    "point",
    "polygon",
    "text[]",
    "pg_lsn",
]


def learnt(connection: ToolConnection, name: str) -> Writable:
    """What one table takes from the superuser, with rows in all tables."""
    tables, _ = fill_empty_tables(connection, read_tables(connection, "s"), Random(1))
    (table,) = (one for one in tables if one.name == name)
    parents = Parents(connection)
    return learn(
        connection, table, Maker(table, read_examples(connection, table), parents, Random(1))
    )


@pytest.mark.parametrize("kind", TYPES)
def test_a_required_column_of_any_type_gets_a_value(database: ToolConnection, kind: str) -> None:
    database.execute(
        f"CREATE SCHEMA s; CREATE TABLE s.t (id serial PRIMARY KEY, v {kind} NOT NULL)"
    )
    found = learnt(database, "t")
    assert found.takes_rows, found.reason
    assert [column.name for column in found.columns] == ["v"]
    assert found.gives_up_rows


@pytest.mark.parametrize(
    "definition",
    [
        "v text NOT NULL CHECK (v IN ('red', 'green'))",
        "v int NOT NULL CHECK (v > 20000 AND v < 20010)",
        "v s.colour NOT NULL UNIQUE",
        "v s.positive NOT NULL",
        "a int, b int, CHECK ((a IS NULL) <> (b IS NULL))",
        "parent int NOT NULL REFERENCES s.parent",
        "parent int NOT NULL UNIQUE REFERENCES s.parent, v text NOT NULL",
        "me int REFERENCES s.t, v text NOT NULL",
        "a int REFERENCES s.parent, b int REFERENCES s.parent, CHECK (num_nonnulls(a, b) = 1)",
        "at date NOT NULL, until date NOT NULL, CHECK (until > at)",
    ],
)
def test_a_row_is_found_that_fulfils(database: ToolConnection, definition: str) -> None:
    database.execute(
        "CREATE SCHEMA s; CREATE TYPE s.colour AS ENUM ('red', 'green', 'blue');"
        "CREATE DOMAIN s.positive AS int CHECK (VALUE > 0);"
        "CREATE TABLE s.parent (id int PRIMARY KEY);"
        "INSERT INTO s.parent SELECT generate_series(1, 60);"
        f"CREATE TABLE s.t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, {definition})"
    )
    assert fill_empty_tables(database, read_tables(database, "s"), Random(1))[1] > 0


def test_trying_leaves_nothing(database: ToolConnection) -> None:
    database.execute("CREATE SCHEMA s; CREATE TABLE s.t (id int PRIMARY KEY, v text)")
    database.execute("INSERT INTO s.t VALUES (1, 'a')")
    assert learnt(database, "t").takes_rows
    assert database.execute("SELECT id, v FROM s.t").fetchall() == [{"id": 1, "v": "a"}]


def test_a_row_that_a_trigger_changes_later_is_not_relied_on(database: ToolConnection) -> None:
    database.execute(
        "CREATE SCHEMA s; CREATE TABLE s.t (id int PRIMARY KEY, v int NOT NULL);"
        "CREATE TABLE s.log (line text);"
        "CREATE FUNCTION s.f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " INSERT INTO s.log VALUES ('x'); RETURN NULL; END $$;"
        "CREATE TRIGGER f AFTER INSERT ON s.t FOR EACH ROW EXECUTE FUNCTION s.f()"
    )
    assert learnt(database, "t").touched == {"s.log"}


def test_why_a_table_takes_no_rows_is_told(database: ToolConnection) -> None:
    database.execute("CREATE SCHEMA s; CREATE TABLE s.t (id int PRIMARY KEY, v text CHECK (false))")
    found = learnt(database, "t")
    assert not found.takes_rows
    assert found.reason.startswith("23514")
