"""Each row that differs is found, with its key and its columns."""

from __future__ import annotations

import json
from typing import Any

import pytest

TABLE = """
CREATE TABLE orders.invoices (
    id bigint PRIMARY KEY,
    amount numeric(12, 2),
    note text,
    at timestamptz NOT NULL DEFAULT '2025-01-01'
)
"""
ROWS = """
INSERT INTO orders.invoices (id, amount, note)
SELECT i, i, CASE WHEN i % 3 > 0 THEN 'note ' || i END FROM generate_series(1, 3000) AS i
"""


@pytest.fixture
def invoices(pair: Any) -> Any:
    """Both sides hold the same 3000 rows."""
    pair.both(TABLE)
    pair.both(ROWS)
    return pair


def test_equal_tables_are_equal(invoices: Any) -> None:
    result = invoices.compare_one()

    assert result.equal
    assert (result.rows_source, result.rows_target) == (3000, 3000)
    assert (result.differences, result.differences_total) == ((), 0)


def test_rows_stored_in_another_order_are_equal(invoices: Any) -> None:
    invoices.target("UPDATE orders.invoices SET note = note WHERE id < 1000")

    assert invoices.compare_one().equal


def test_a_changed_row_is_shown_with_its_columns(invoices: Any) -> None:
    invoices.target("UPDATE orders.invoices SET amount = 7.01, note = NULL WHERE id = 7")

    result = invoices.compare_one()

    (difference,) = result.differences
    assert not result.equal
    assert result.differences_total == 1
    assert difference.kind == "changed"
    assert json.loads(difference.key) == {"id": 7}
    assert json.loads(difference.source)["amount"] == 7
    assert json.loads(difference.target)["note"] is None
    assert difference.columns == ("amount", "note")


def test_a_missing_row_is_shown(invoices: Any) -> None:
    invoices.target("DELETE FROM orders.invoices WHERE id = 9")

    result = invoices.compare_one()

    (difference,) = result.differences
    assert (result.rows_source, result.rows_target) == (3000, 2999)
    assert (difference.kind, difference.key, difference.target) == ("missing", '{"id":9}', None)
    assert json.loads(difference.source)["amount"] == 9


def test_an_added_row_is_shown(invoices: Any) -> None:
    invoices.target("INSERT INTO orders.invoices VALUES (0, 1.50, 'x')")

    (difference,) = invoices.compare_one().differences

    assert (difference.kind, difference.key, difference.source) == ("added", '{"id":0}', None)
    assert '"amount":1.50' in difference.target


def test_differences_of_all_kinds_are_found_together(invoices: Any) -> None:
    invoices.target("UPDATE orders.invoices SET note = 'other' WHERE id IN (1, 2)")
    invoices.target("DELETE FROM orders.invoices WHERE id = 3")
    invoices.target("UPDATE orders.invoices SET id = 5000 WHERE id = 4")

    found = {(one.kind, one.key) for one in invoices.compare_one().differences}

    assert found == {
        ("changed", '{"id":1}'),
        ("changed", '{"id":2}'),
        ("missing", '{"id":3}'),
        ("missing", '{"id":4}'),
        ("added", '{"id":5000}'),
    }


def test_a_value_that_became_null_is_found(invoices: Any) -> None:
    invoices.source("UPDATE orders.invoices SET note = '' WHERE id = 3")

    (difference,) = invoices.compare_one().differences

    assert difference.columns == ("note",)


@pytest.mark.parametrize("column", ["amount", "note"])
def test_rows_that_swapped_a_value_are_found(invoices: Any, column: str) -> None:
    for first in range(10, 60, 10):
        invoices.target(
            f"UPDATE orders.invoices AS a SET {column} = b.{column} FROM orders.invoices AS b"
            f" WHERE (a.id, b.id) IN (({first}, {first + 1}), ({first + 1}, {first}))"
        )

    result = invoices.compare_one()

    keys = {json.loads(one.key)["id"] for one in result.differences}
    assert keys == {i + j for i in range(10, 60, 10) for j in (0, 1)}


def test_only_the_first_differences_are_listed_but_all_are_counted(invoices: Any) -> None:
    invoices.target("UPDATE orders.invoices SET note = 'other' WHERE id <= 250")

    result = invoices.compare_one()

    assert len(result.differences) == 100
    assert result.differences_total == 250


def test_the_listed_number_can_be_stated(invoices: Any) -> None:
    invoices.target("DELETE FROM orders.invoices WHERE id <= 20")

    result = invoices.compare_one(limit=3)

    assert len(result.differences) == 3
    assert result.differences_total == 20


def test_a_table_in_which_everything_differs_is_counted(invoices: Any) -> None:
    invoices.target("UPDATE orders.invoices SET at = at + interval '1 microsecond'")

    result = invoices.compare_one()

    assert result.differences_total == 3000
    assert result.differences[0].columns == ("at",)


def test_one_row_among_many_is_found_in_smaller_buckets(pair: Any) -> None:
    pair.both("CREATE TABLE orders.many (id int PRIMARY KEY, value int)")
    pair.both("INSERT INTO orders.many SELECT i, i FROM generate_series(1, 60000) AS i")
    pair.target("UPDATE orders.many SET value = 0 WHERE id % 150 = 0")

    result = pair.compare_one(limit=1000)

    assert {json.loads(one.key)["id"] for one in result.differences} == set(range(150, 60001, 150))
    assert {one.kind for one in result.differences} == {"changed"}


def test_the_result_can_be_written_as_json(invoices: Any) -> None:
    invoices.target("UPDATE orders.invoices SET note = 'other' WHERE id = 1")

    told = json.loads(json.dumps(invoices.compare_one().as_json()))

    assert told["table"] == "orders.invoices"
    assert told["differences"][0]["columns"] == ["note"]


def test_a_difference_reads_as_a_sentence(invoices: Any) -> None:
    invoices.target("UPDATE orders.invoices SET note = 'other' WHERE id = 1")

    assert str(invoices.compare_one().differences[0]) == 'changed {"id":1} in note'
