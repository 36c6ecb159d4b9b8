"""Defaults, types, sequences and tables that cross the boundary; each remedy removes it."""

from __future__ import annotations

from typing import Any

import pytest
from shared_db.check import Verdict
from shared_db.move.inspect.boundary import find_crossings

CROSSINGS = {
    "default": (
        "ALTER TABLE {s}.lines ADD COLUMN hello text DEFAULT {o}.greet()",
        "crossing-default",
        ("{s}.lines.hello", "other.greet()"),
    ),
    "type": (
        "CREATE TYPE {o}.mood AS ENUM ('good'); ALTER TABLE {s}.\"Orders\" ADD mood {o}.mood[]",
        "crossing-type",
        ('{s}."Orders".mood', "other.mood"),
    ),
    "type that both need": (
        'ALTER TABLE {o}.customers ADD states {s}."State"[]',
        "crossing-type",
        ("other.customers.states", '{s}."State"'),
    ),
    "domain": (
        (
            'CREATE DOMAIN {o}.mail AS varchar(40); ALTER TABLE {s}."Orders" ADD mail {o}.mail;'
            "ALTER TABLE {o}.customers ALTER mail TYPE {o}.mail"
        ),
        "crossing-domain",
        ('{s}."Orders".mail', "other.mail"),
    ),
    "check of a domain": (
        (
            'CREATE DOMAIN {s}.kind AS text CONSTRAINT "Is C" CHECK (value <> {o}.greet());'
            "CREATE VIEW {o}.greeting AS SELECT {o}.greet()"
        ),
        "crossing-domain-constraint",
        ('"Is C" on {s}.kind', "other.greet()"),
    ),
    "sequence": (
        (
            'CREATE SEQUENCE {o}.numbers; ALTER TABLE {s}."Orders" '
            "ALTER number SET DEFAULT nextval('other.numbers')"
        ),
        "crossing-sequence",
        ('{s}."Orders".number', "other.numbers"),
    ),
    "policy": (
        'CREATE POLICY own ON {s}."Orders" USING (id IN (SELECT id FROM {o}.customers))',
        "crossing-policy",
        ('{s}."Orders".own', "other.customers"),
    ),
    "rule": (
        "CREATE RULE copy AS ON DELETE TO {o}.customers DO ALSO DELETE FROM {s}.lines",
        "crossing-rule",
        ("other.customers.copy", "{s}.lines"),
    ),
    "check constraint": (
        (
            "CREATE FUNCTION {o}.good(int) RETURNS boolean IMMUTABLE LANGUAGE sql"
            " AS $$ SELECT true $$;"
            "ALTER TABLE {s}.lines ADD CONSTRAINT good CHECK ({o}.good(line))"
        ),
        "crossing-constraint",
        ("{s}.lines.good", "other.good(integer)"),
    ),
    "generated column": (
        (
            "CREATE FUNCTION {s}.twice(bigint) RETURNS bigint IMMUTABLE LANGUAGE sql"
            " AS $$ SELECT $1 * 2 $$;"
            "ALTER TABLE {o}.customers ADD double bigint"
            " GENERATED ALWAYS AS ({s}.twice(id)) STORED;"
            "CREATE VIEW {s}.twos AS SELECT {s}.twice(1)"
        ),
        "crossing-default",
        ("other.customers.double", "{s}.twice(bigint)"),
    ),
    "index": (
        (
            "CREATE FUNCTION {o}.half(int) RETURNS int IMMUTABLE LANGUAGE sql AS $$ SELECT 1 $$;"
            "CREATE VIEW {o}.halves AS SELECT {o}.half(1);"
            'CREATE INDEX "Half" ON {s}.lines_1 ({o}.half(line))'
        ),
        "crossing-index",
        ('{s}."Half"', "other.half(integer)"),
    ),
    "partition outside": (
        "CREATE TABLE {o}.lines_2 PARTITION OF {s}.lines FOR VALUES FROM (1000) TO (2000)",
        "crossing-inheritance",
        ("other.lines_2", "{s}.lines"),
    ),
    "partition of a table outside": (
        (
            "CREATE TABLE {o}.every (id int PRIMARY KEY) PARTITION BY RANGE (id);"
            "CREATE TABLE {s}.few PARTITION OF {o}.every FOR VALUES FROM (1) TO (2)"
        ),
        "crossing-inheritance",
        ("{s}.few", "other.every"),
    ),
    "inheritance": (
        "CREATE TABLE {s}.vip () INHERITS ({o}.customers)",
        "crossing-inheritance",
        ("{s}.vip", "other.customers"),
    ),
    "statistics": (
        'CREATE STATISTICS {o}.pairs ON id, number FROM {s}."Orders"',
        "crossing-statistics-object",
        ("other.pairs", '{s}."Orders"'),
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


def test_a_partition_outside_keeps_its_rows(ground: Any) -> None:
    ground.run("CREATE TABLE {o}.lines_2 PARTITION OF {s}.lines FOR VALUES FROM (1000) TO (2000)")
    (found,) = find_crossings(ground.source, ground.schema)
    assert "SET SCHEMA" in found.remedy
