"""Tables whose rows cannot be told apart are found; after its remedy each can be published."""

from __future__ import annotations

from typing import Any

import pytest
from shared_db.check import Verdict
from shared_db.move.inspect.replica_identity import find_replica_identities

BLOCKING = {
    "no key": ("CREATE TABLE {s}.t (x int)", "no-replica-identity", "FULL"),
    "nothing": (
        "CREATE TABLE {s}.t (x int PRIMARY KEY); ALTER TABLE {s}.t REPLICA IDENTITY NOTHING",
        "no-replica-identity",
        "USING INDEX t_pkey",
    ),
    "a unique index would do": (
        'CREATE TABLE {s}.t (x int NOT NULL, y int); CREATE UNIQUE INDEX "By X" ON {s}.t (x)',
        "no-replica-identity",
        'USING INDEX "By X"',
    ),
    "a partial index would not": (
        "CREATE TABLE {s}.t (x int NOT NULL); CREATE UNIQUE INDEX ON {s}.t (x) WHERE x > 1",
        "no-replica-identity",
        "FULL",
    ),
    "the chosen index is gone": (
        (
            "CREATE TABLE {s}.t (x int NOT NULL); CREATE UNIQUE INDEX i ON {s}.t (x);"
            "ALTER TABLE {s}.t REPLICA IDENTITY USING INDEX i; DROP INDEX {s}.i"
        ),
        "no-replica-identity",
        "FULL",
    ),
    "deferrable key": (
        "CREATE TABLE {s}.t (x int, y int, PRIMARY KEY (y, x) DEFERRABLE)",
        "no-replica-identity",
        "UNIQUE (y, x)",
    ),
    "no key and no comparison": (
        "CREATE TABLE {s}.t (x json)",
        "no-replica-identity",
        "ADD COLUMN",
    ),
    "full without comparison": (
        "CREATE TABLE {s}.t (x point[]); ALTER TABLE {s}.t REPLICA IDENTITY FULL",
        "incomparable-identity",
        "ADD COLUMN",
    ),
    "generated key": (
        (
            "CREATE TABLE {s}.t (x int, p point,"
            " y int GENERATED ALWAYS AS (x + 1) STORED PRIMARY KEY)"
        ),
        "generated-identity",
        "ADD COLUMN",
    ),
    "full with a generated column": (
        (
            "CREATE TABLE {s}.t (x int, y int GENERATED ALWAYS AS (x + 1) STORED);"
            "ALTER TABLE {s}.t REPLICA IDENTITY FULL"
        ),
        "generated-identity",
        "ADD COLUMN",
    ),
}


def test_tables_with_keys_can_be_published(ground: Any) -> None:
    ground.run(
        """
        CREATE TABLE {s}.a (x int NOT NULL UNIQUE);
        ALTER TABLE {s}.a REPLICA IDENTITY USING INDEX a_x_key;
        CREATE TABLE {s}.b (x int, y text[], z {s}."State", d {s}.amount, v varchar(9)[]);
        ALTER TABLE {s}.b REPLICA IDENTITY FULL;
        CREATE UNLOGGED TABLE {s}.c ();
        CREATE TABLE {o}.d ()
        """
    )
    assert list(find_replica_identities(ground.source, ground.schema)) == []


@pytest.mark.parametrize("kind", BLOCKING)
def test_a_table_without_a_usable_one_blocks_until_its_remedy(ground: Any, kind: str) -> None:
    statement, code, remedy = BLOCKING[kind]
    ground.run(statement)
    (found,) = find_replica_identities(ground.source, ground.schema)
    assert (found.code, found.verdict) == (code, Verdict.BLOCKS)
    assert found.objects == (ground.name("{s}.t"),)
    assert remedy in found.remedy
    ground.follow(found)
    assert list(find_replica_identities(ground.source, ground.schema)) == []
    ground.run("CREATE PUBLICATION p FOR TABLE {s}.t; UPDATE {s}.t SET x = x")


def test_a_partition_is_told_by_its_own_name(ground: Any) -> None:
    ground.run(
        "CREATE TABLE {s}.days (x int) PARTITION BY RANGE (x);"
        'CREATE TABLE {s}."Monday" PARTITION OF {s}.days FOR VALUES FROM (1) TO (2)'
    )
    (found,) = find_replica_identities(ground.source, ground.schema)
    assert found.objects == (ground.name('{s}."Monday"'),)


def test_a_large_table_that_must_be_scanned_for_each_row_warns(ground: Any) -> None:
    ground.run(
        "CREATE TABLE {s}.t AS SELECT x FROM generate_series(1, 11000) AS x;"
        "ALTER TABLE {s}.t REPLICA IDENTITY FULL; ANALYZE {s}.t"
    )
    (found,) = find_replica_identities(ground.source, ground.schema)
    assert (found.code, found.verdict) == ("full-identity", Verdict.WARNS)
    ground.follow(found)
    assert list(find_replica_identities(ground.source, ground.schema)) == []
