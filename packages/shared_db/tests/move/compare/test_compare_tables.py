"""Tables of every shape are compared."""

from __future__ import annotations

from typing import Any


def test_a_table_without_a_key_is_compared_row_by_row(pair: Any) -> None:
    pair.both("CREATE TABLE orders.log (line text, at int)")
    pair.both("INSERT INTO orders.log SELECT 'same', i % 10 FROM generate_series(1, 500) AS i")
    pair.source("INSERT INTO orders.log VALUES ('same', 1), ('gone', NULL)")
    pair.target("INSERT INTO orders.log VALUES ('new', 1)")

    result = pair.compare_one()

    assert {(one.kind, one.key, one.source, one.target) for one in result.differences} == {
        ("missing", "", '{"line":"same","at":1}', None),
        ("missing", "", '{"line":"gone","at":null}', None),
        ("added", "", None, '{"line":"new","at":1}'),
    }


def test_a_row_that_is_there_too_often_is_found(pair: Any) -> None:
    pair.both("CREATE TABLE orders.log (line text)")
    pair.both("INSERT INTO orders.log VALUES ('a'), ('a'), ('b')")
    pair.target("INSERT INTO orders.log VALUES ('a'), ('a')")

    result = pair.compare_one()

    assert [one.kind for one in result.differences] == ["added", "added"]
    assert result.differences_total == 2


def test_empty_tables_are_equal(pair: Any) -> None:
    pair.both("CREATE TABLE orders.empty (id int PRIMARY KEY)")

    result = pair.compare_one()

    assert (result.equal, result.rows_source, result.rows_target) == (True, 0, 0)


def test_a_table_that_is_empty_on_one_side_is_not_equal(pair: Any) -> None:
    pair.both("CREATE TABLE orders.empty (id int PRIMARY KEY)")
    pair.source("INSERT INTO orders.empty SELECT generate_series(1, 5)")

    result = pair.compare_one()

    assert {one.kind for one in result.differences} == {"missing"}
    assert result.differences_total == 5


def test_a_schema_without_tables_gives_no_results(pair: Any) -> None:
    assert pair.compare() == {}


def test_a_table_without_columns_is_counted(pair: Any) -> None:
    pair.both("CREATE TABLE orders.nothing ()")
    pair.both("INSERT INTO orders.nothing DEFAULT VALUES")
    pair.target("INSERT INTO orders.nothing DEFAULT VALUES")

    (difference,) = pair.compare_one().differences

    assert (difference.kind, difference.target) == ("added", "{}")


def test_partitions_are_compared_each(pair: Any) -> None:
    pair.both("CREATE TABLE orders.events (id int, day int, PRIMARY KEY (id, day))"
              " PARTITION BY LIST (day)")  # fmt: skip
    for day in (1, 2):
        pair.both(
            f"CREATE TABLE orders.events_{day} PARTITION OF orders.events FOR VALUES IN ({day})"
        )
    pair.both("INSERT INTO orders.events SELECT i, 1 + i % 2 FROM generate_series(1, 100) AS i")
    pair.target("DELETE FROM orders.events WHERE id = 5")

    results = pair.compare()

    assert {name: result.equal for name, result in results.items()} == {
        "events_1": True,
        "events_2": False,
    }
    assert results["events_2"].differences[0].key == '{"id":5,"day":2}'


def test_rows_of_a_child_table_count_only_there(pair: Any) -> None:
    pair.both("CREATE TABLE orders.parent (id int PRIMARY KEY)")
    pair.both("CREATE TABLE orders.child (PRIMARY KEY (id)) INHERITS (orders.parent)")
    pair.both("INSERT INTO orders.child VALUES (1), (2)")

    rows = {name: result.rows_source for name, result in pair.compare().items()}

    assert rows == {"parent": 0, "child": 2}


def test_mixed_case_and_quoted_names_are_compared(pair: Any) -> None:
    pair.both(
        'CREATE TABLE orders."Order ""Lines"" %" ("Id %s" int PRIMARY KEY, "Sélect {x}" text)'
    )
    pair.both("""INSERT INTO orders."Order ""Lines"" %" VALUES (1, 'a'), (2, 'b')""")
    pair.target("""UPDATE orders."Order ""Lines"" %" SET "Sélect {x}" = 'c' WHERE "Id %s" = 2""")

    (difference,) = pair.compare_one().differences

    assert difference.columns == ("Sélect {x}",)
    assert difference.key == '{"Id %s":2}'


def test_composite_keys_tell_rows_apart(pair: Any) -> None:
    pair.both("CREATE TABLE orders.lines (a text, b text, n int, PRIMARY KEY (b, a))")
    pair.both("INSERT INTO orders.lines VALUES ('x', 'yz', 1), ('xy', 'z', 2)")
    pair.target("UPDATE orders.lines SET n = 3 WHERE a = 'xy'")

    (difference,) = pair.compare_one().differences

    assert (difference.kind, difference.key) == ("changed", '{"b":"z","a":"xy"}')


def test_the_index_of_the_replica_identity_is_a_key_too(pair: Any) -> None:
    pair.both("CREATE TABLE orders.lines (n int, code text NOT NULL UNIQUE)")
    pair.both("ALTER TABLE orders.lines REPLICA IDENTITY USING INDEX lines_code_key")
    pair.both("INSERT INTO orders.lines VALUES (1, 'a'), (2, 'b')")
    pair.target("UPDATE orders.lines SET n = 3 WHERE code = 'b'")

    (difference,) = pair.compare_one().differences

    assert (difference.kind, difference.key) == ("changed", '{"code":"b"}')


def test_generated_columns_are_compared_where_they_are_stored(pair: Any) -> None:
    table = "CREATE TABLE orders.sums (id int PRIMARY KEY, n int, s int GENERATED ALWAYS AS ({})"
    pair.source(table.format("n + 1") + " STORED)")
    pair.target(table.format("n + 2") + " STORED)")
    pair.both("INSERT INTO orders.sums VALUES (1, 1)")

    assert pair.compare_one().differences[0].columns == ("s",)


def test_columns_in_another_order_and_dropped_ones_do_not_count(pair: Any) -> None:
    pair.source("CREATE TABLE orders.wide (gone int, id int PRIMARY KEY, a text, b real)")
    pair.source("ALTER TABLE orders.wide DROP COLUMN gone")
    pair.target("CREATE TABLE orders.wide (b real, a text, id int PRIMARY KEY)")
    pair.both("INSERT INTO orders.wide (id, a, b) VALUES (1, 'x', 0.5), (2, NULL, NULL)")

    assert pair.compare_one().equal


def test_views_and_other_schemas_are_left_out(pair: Any) -> None:
    pair.both("CREATE TABLE orders.one (id int PRIMARY KEY)")
    pair.both("CREATE VIEW orders.all_of_one AS SELECT * FROM orders.one")
    pair.both("CREATE SCHEMA orders_beside CREATE TABLE other (id int)")
    try:
        assert list(pair.compare()) == ["one"]
    finally:
        pair.both("DROP SCHEMA orders_beside CASCADE")


def test_results_come_in_the_order_of_the_tables_and_equal_ones_are_told_first(pair: Any) -> None:
    for name in ("a", "b", "c"):
        pair.both(f"CREATE TABLE orders.{name} (id int PRIMARY KEY)")
    pair.source("INSERT INTO orders.a VALUES (1)")
    told: list[str] = []

    results = pair.compare(told=lambda result: told.append(result.table))

    assert list(results) == ["a", "b", "c"]
    assert told == ["orders.b", "orders.c", "orders.a"]


def test_a_table_of_several_pieces_is_compared_whole(pair: Any) -> None:
    pair.both("CREATE UNLOGGED TABLE orders.big (id int PRIMARY KEY, fill char(2000))")
    pair.both("ALTER TABLE orders.big ALTER fill SET STORAGE PLAIN")
    pair.both("INSERT INTO orders.big SELECT i, 'x' FROM generate_series(1, 40000) AS i")
    pair.target("UPDATE orders.big SET fill = 'y' WHERE id IN (1, 39999)")

    result = pair.compare_one()

    assert (result.rows_source, result.rows_target) == (40000, 40000)
    assert {one.key for one in result.differences} == {'{"id":1}', '{"id":39999}'}
