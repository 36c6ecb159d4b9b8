"""Tables and columns that replication does not carry are found; each remedy removes them."""

from __future__ import annotations

from typing import Any

import pytest
from shared_db.check import Verdict
from shared_db.move.inspect.columns import find_columns
from shared_db.move.inspect.tables import find_tables

TABLES = {
    "unlogged": (
        'CREATE UNLOGGED TABLE {s}."Scratch" (id int PRIMARY KEY)',
        "unlogged-table",
        '{s}."Scratch"',
    ),
    "foreign": (
        (
            "CREATE FOREIGN DATA WRAPPER nothing; CREATE SERVER far FOREIGN DATA WRAPPER nothing;"
            "CREATE FOREIGN TABLE {s}.far (id int) SERVER far"
        ),
        "foreign-table",
        "{s}.far",
    ),
    "always": (
        'ALTER TABLE {s}."Orders" ENABLE ALWAYS TRIGGER touch',
        "trigger-fires-twice",
        '{s}."Orders".touch',
    ),
    "replica": (
        'ALTER TABLE {s}."Orders" ENABLE REPLICA TRIGGER touch',
        "trigger-fires-twice",
        '{s}."Orders".touch',
    ),
    "row security": (
        'ALTER TABLE {s}."Orders" FORCE ROW LEVEL SECURITY',
        "forced-row-security",
        '{s}."Orders"',
    ),
}

COLUMNS = {
    "object identifier": (
        'ALTER TABLE {s}."Orders" ADD "Of" regclass',
        "object-identifier",
        '{s}."Orders"."Of"',
    ),
    "object identifiers": (
        "ALTER TABLE {s}.lines ADD found_by regconfig[]",
        "object-identifier",
        "{s}.lines.found_by",
    ),
    "large object": (
        "ALTER TABLE {s}.\"Orders\" ADD picture oid; SELECT lo_from_bytea(0, 'x')",
        "large-object",
        '{s}."Orders".picture',
    ),
}


def test_a_schema_of_plain_tables_has_nothing_of_the_kind(ground: Any) -> None:
    ground.run('ALTER TABLE {s}."Orders" ADD number_of_no_object oid, DISABLE TRIGGER touch')
    assert list(find_tables(ground.source, ground.schema)) == []
    assert list(find_columns(ground.source, ground.schema, "desk")) == []


@pytest.mark.parametrize("kind", TABLES)
def test_such_a_table_blocks_and_its_remedy_helps(ground: Any, kind: str) -> None:
    statement, code, name = TABLES[kind]
    ground.run(statement)
    (found,) = find_tables(ground.source, ground.schema)
    assert (found.code, found.verdict) == (code, Verdict.BLOCKS)
    assert found.objects == (ground.name(name),)
    ground.follow(found)
    assert list(find_tables(ground.source, ground.schema)) == []


@pytest.mark.parametrize("kind", COLUMNS)
def test_such_a_column_blocks_and_its_remedy_helps(ground: Any, kind: str) -> None:
    statement, code, name = COLUMNS[kind]
    ground.run(statement)
    (found,) = find_columns(ground.source, ground.schema, "desk")
    assert (found.code, found.verdict) == (code, Verdict.BLOCKS)
    assert found.objects == (ground.name(name),)
    ground.follow(found)
    assert list(find_columns(ground.source, ground.schema, "desk")) == []


def test_what_a_large_object_held_is_kept(ground: Any) -> None:
    ground.run('ALTER TABLE {s}."Orders" ADD picture oid')
    ground.run("INSERT INTO {s}.\"Orders\" (picture) VALUES (lo_from_bytea(0, 'light'))")
    (found,) = find_columns(ground.source, ground.schema, "desk")
    ground.follow(found)
    (row,) = ground.run('SELECT picture_bytes FROM {s}."Orders"')
    assert bytes(row["picture_bytes"]) == b"light"


def test_a_materialized_view_is_only_told(ground: Any) -> None:
    ground.run('CREATE MATERIALIZED VIEW {s}.seen AS SELECT id FROM {s}."Orders"')
    (found,) = find_tables(ground.source, ground.schema)
    assert (found.code, found.verdict) == ("materialized-view", Verdict.INFORMS)
    ground.follow(found)


def test_a_generated_column_is_only_told(ground: Any) -> None:
    ground.run(
        'ALTER TABLE {s}."Orders" ADD "Twice" bigint GENERATED ALWAYS AS (number * 2) STORED'
    )
    (found,) = find_columns(ground.source, ground.schema, "`shared-db move verify desk`")
    assert (found.code, found.verdict) == ("generated-column", Verdict.INFORMS)
    assert found.remedy.endswith("`shared-db move verify desk`.")
