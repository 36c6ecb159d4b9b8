"""What crosses the boundary of a schema is found, and gone once its remedy was applied."""

from __future__ import annotations

from typing import Any

import pytest
from shared_db.check import Verdict
from shared_db.move.inspect.boundary import find_crossings


def test_a_schema_on_its_own_crosses_nothing(ground: Any) -> None:
    assert list(find_crossings(ground.source, ground.schema)) == []
    assert list(find_crossings(ground.source, "other")) == []


CROSSINGS = {
    "key out": (
        (
            'ALTER TABLE {s}."Orders" ADD CONSTRAINT "To C" FOREIGN KEY (number) '
            "REFERENCES {o}.customers"
        ),
        "crossing-foreign-key",
        ('{s}."Orders"."To C"', "other.customers"),
    ),
    "key in": (
        'CREATE TABLE {o}.pets (id bigint REFERENCES {s}."Orders")',
        "crossing-foreign-key",
        ("other.pets.pets_id_fkey", '{s}."Orders"'),
    ),
    "key of a partitioned table": (
        "ALTER TABLE {s}.lines ADD FOREIGN KEY (line) REFERENCES {o}.customers",
        "crossing-foreign-key",
        ("{s}.lines.lines_line_fkey", "other.customers"),
    ),
    "view in": (
        'CREATE VIEW {o}.seen AS SELECT * FROM {s}."Orders"',
        "crossing-view",
        ("other.seen", '{s}."Orders"'),
    ),
    "view over both": (
        'CREATE VIEW {o}.seen AS SELECT c.mail FROM {s}."Orders" JOIN {o}.customers c USING (id)',
        "crossing-view",
        ("other.seen", '{s}."Orders"'),
    ),
    "view out": (
        "CREATE VIEW {s}.seen AS SELECT * FROM {o}.customers",
        "crossing-view",
        ("{s}.seen", "other.customers"),
    ),
    "materialized view": (
        'CREATE MATERIALIZED VIEW {o}.seen AS SELECT id FROM {s}."Orders"',
        "crossing-view",
        ("other.seen", '{s}."Orders"'),
    ),
    "function with a parsed body": (
        (
            "CREATE FUNCTION {s}.count() RETURNS bigint"
            " BEGIN ATOMIC SELECT count(*) FROM {o}.customers; END"
        ),
        "crossing-function",
        ("{s}.count()", "other.customers"),
    ),
    "function with a row type": (
        'CREATE FUNCTION {o}.price({s}."Orders") RETURNS int LANGUAGE sql AS $$ SELECT 1 $$',
        "crossing-function",
        ('other.price({s}."Orders")', '{s}."Orders"'),
    ),
    "trigger": (
        (
            "CREATE FUNCTION {o}.log() RETURNS trigger LANGUAGE plpgsql"
            " AS $$ BEGIN RETURN new; END $$;"
            'CREATE TRIGGER "Log" AFTER INSERT ON {s}."Orders"'
            " FOR EACH ROW EXECUTE FUNCTION {o}.log()"
        ),
        "crossing-trigger",
        ('{s}."Orders"."Log"', "other.log()"),
    ),
    "trigger that both need": (
        "CREATE TRIGGER t AFTER INSERT ON {o}.customers FOR EACH ROW EXECUTE FUNCTION {s}.touch()",
        "crossing-trigger",
        ("other.customers.t", "{s}.touch()"),
    ),
}


@pytest.mark.parametrize("crossing", CROSSINGS)
def test_a_crossing_is_found_and_its_remedy_removes_it(ground: Any, crossing: str) -> None:
    statement, code, objects = CROSSINGS[crossing]
    ground.run(statement)
    (found,) = find_crossings(ground.source, ground.schema)
    assert (found.code, found.verdict) == (code, Verdict.BLOCKS)
    assert found.objects[:2] == tuple(ground.name(name) for name in objects)
    ground.follow(found)
    assert list(find_crossings(ground.source, ground.schema)) == []


def test_extensions_and_the_tools_own_schema_cross_nothing(ground: Any) -> None:
    ground.run(
        """
        CREATE SCHEMA shared_db;
        CREATE EXTENSION IF NOT EXISTS plpgsql;
        CREATE FUNCTION shared_db.refuse() RETURNS trigger LANGUAGE plpgsql
        AS $$ BEGIN RETURN NULL; END $$;
        CREATE TRIGGER shared_db_fence BEFORE INSERT ON {s}."Orders"
        EXECUTE FUNCTION shared_db.refuse();
        CREATE EXTENSION citext SCHEMA {o};
        ALTER TABLE {s}."Orders" ADD mail {o}.citext, ADD mails {o}.citext[]
        """
    )
    assert list(find_crossings(ground.source, ground.schema)) == []
