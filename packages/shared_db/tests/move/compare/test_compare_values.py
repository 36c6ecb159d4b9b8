"""Values are equal when their stored form is, on servers that number their types differently."""

from __future__ import annotations

from typing import Any

import pytest
from psycopg import sql


def _hold(pair: Any, type_name: str, source: str, target: str) -> None:
    """A row on each side with a value of that type."""
    pair.both(f"CREATE TABLE orders.held (id int PRIMARY KEY, value {type_name})")
    pair.source(f"INSERT INTO orders.held VALUES (1, {source}), (2, NULL)")
    pair.target(f"INSERT INTO orders.held VALUES (1, {target}), (2, NULL)")


@pytest.mark.parametrize(
    ("type_name", "source", "target"),
    [
        ("numeric", "1.0", "1.00"),
        ("numeric", "'NaN'", "'Infinity'"),
        ("jsonb", "'1'", "'1.0'"),
        ("json", "'[1]'", "'[1 ]'"),
        ("bigint", "0", "4294967297"),
        ("timestamptz", "'2025-01-01 00:00:00Z'", "'2025-01-01 00:00:00.000001Z'"),
        ("double precision", "0.1", "0.10000000000000002"),
        ("double precision", "0.0", "'-0'"),
        ("real", "0.1", "0.10000001"),
        ("interval", "'1 day'", "'24 hours'"),
        ("text", "''", "NULL"),
        ("text", "'a'", "'a '"),
        ("text[]", "'{a,NULL}'", "'{a,\"NULL\"}'"),
        ("text[]", "'{a}'", "'[0:0]={a}'"),
        ("int4range", "'[1,2)'", "'[1,3)'"),
        ("bytea", r"'\x00'", r"'\x0000'"),
        ("boolean", "true", "false"),
        ("inet", "'10.0.0.1/24'", "'10.0.0.1/16'"),
        ("bit varying", "B'10'", "B'100'"),
        ("uuid", "'00000000-0000-0000-0000-000000000001'", "NULL"),
        ("money", "'1.00'", "'1.01'"),
        ("tsvector", "'a:1'", "'a:2'"),
        ("point", "'(0,0)'", "'(0,1)'"),
    ],
)
def test_values_that_differ_are_told(pair: Any, type_name: str, source: str, target: str) -> None:
    _hold(pair, type_name, source, target)

    (difference,) = pair.compare_one().differences

    assert (difference.kind, difference.key) == ("changed", '{"id":1}')
    assert difference.columns == ("value",)


@pytest.mark.parametrize(
    ("type_name", "value"),
    [
        ("numeric", "1.00"),
        ("double precision", "'NaN'"),
        ("double precision", "pi()"),
        ("jsonb", '\'{"b": 1.0, "a": null}\''),
        ("timestamptz", "'infinity'"),
        ("interval", "'1 mon -2 days 00:00:03.5'"),
        ("text[]", "'{a,NULL}'"),
        ("char(5)", "'ab'"),
        ('"char"', "'a'"),
        ("name", "'a'"),
        ("money", "'12.34'"),
        ("regclass", "'pg_class'"),
        ("tstzrange", "'[2025-01-01,)'"),
        ("text", "repeat('long ', 100000)"),
    ],
)
def test_the_same_values_are_equal(pair: Any, type_name: str, value: str) -> None:
    _hold(pair, type_name, value, value)

    assert pair.compare_one().equal


def test_an_array_that_once_held_a_null_is_equal(pair: Any) -> None:
    _hold(pair, "int[]", "'{1,NULL}'", "'{1,2}'")
    pair.source("UPDATE orders.held SET value[2] = 2 WHERE id = 1")

    assert pair.compare_one().equal


def test_enums_domains_and_composites_with_other_oids_are_equal(pair: Any) -> None:
    pair.target("CREATE TYPE orders.before AS ENUM ('x')")
    pair.both("CREATE TYPE orders.state AS ENUM ('new', 'paid')")
    pair.both("CREATE DOMAIN orders.amount AS numeric(12, 2)")
    pair.both("CREATE TYPE orders.place AS (street text, number int)")
    pair.both(
        "CREATE TABLE orders.held (id int PRIMARY KEY, state orders.state,"
        " states orders.state[], amount orders.amount, place orders.place)"
    )
    pair.both("INSERT INTO orders.held VALUES (1, 'paid', '{new,paid}', 1.50, ROW('a b', 3))")
    pair.both("INSERT INTO orders.held VALUES (2)")

    result = pair.compare_one()

    assert result.equal
    assert result.method == "text"


def test_another_label_of_an_enum_is_told(pair: Any) -> None:
    pair.both("CREATE TYPE orders.state AS ENUM ('new', 'paid')")
    _hold(pair, "orders.state", "'new'", "'paid'")

    assert pair.compare_one().differences[0].columns == ("value",)


def test_a_cast_of_somebody_elses_does_not_hide_a_difference(pair: Any) -> None:
    pair.both("CREATE TYPE orders.state AS ENUM ('new', 'paid')")
    pair.both(
        "CREATE FUNCTION orders.as_text(orders.state) RETURNS text LANGUAGE sql RETURN 'same'"
    )
    pair.both("CREATE CAST (orders.state AS text) WITH FUNCTION orders.as_text(orders.state)")
    _hold(pair, "orders.state", "'new'", "'paid'")

    assert not pair.compare_one().equal


def _alter_target(pair: Any, what: str) -> None:
    name = sql.Identifier(pair.sides[1].tool.database).as_string(None)
    pair.target(f"ALTER DATABASE {name} {what}")


def test_what_a_database_sets_does_not_change_how_values_read(pair: Any) -> None:
    _hold(pair, "timestamptz[]", "'{2025-07-01 12:00Z}'", "'{2025-07-01 12:00Z}'")
    pair.both("ALTER TABLE orders.held ADD f double precision DEFAULT 0.1, ADD i interval[]")
    pair.both("UPDATE orders.held SET i = '{1 day 2:00}'")
    try:
        for setting in ("TimeZone = 'Asia/Tokyo'", "DateStyle = 'SQL, DMY'", "jit = on"):
            _alter_target(pair, f"SET {setting}")
        _alter_target(pair, "SET extra_float_digits = 0")
        _alter_target(pair, "SET IntervalStyle = 'iso_8601'")

        assert pair.compare_one().equal
    finally:
        _alter_target(pair, "RESET ALL")


def test_only_plain_types_are_compared_by_the_record_alone(pair: Any) -> None:
    pair.both("CREATE TABLE orders.plain (id uuid PRIMARY KEY, amount numeric, doc jsonb)")
    pair.both("CREATE TABLE orders.other (id uuid PRIMARY KEY, value real)")

    methods = {name: result.method for name, result in pair.compare().items()}

    assert methods == {"plain": "record", "other": "text"}
