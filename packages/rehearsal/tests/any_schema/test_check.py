"""The check of a rehearsal: it finds what is lost, doubled or changed, and nothing else."""

from __future__ import annotations

import pytest
from psycopg.rows import tuple_row
from rehearsal.any_schema.checking.check import check
from rehearsal.any_schema.checking.history import History
from rehearsal.any_schema.checking.totals import Total, read_states, read_totals
from rehearsal.any_schema.learning.search import insert
from rehearsal.any_schema.shape import Table, read_tables
from rehearsal.history import Fault
from shared_db.tool_connection import ToolConnection

TABLES = """
CREATE SCHEMA s;
CREATE TABLE s.keyed (id int PRIMARY KEY, value text);
CREATE TABLE s.loose (value text);
INSERT INTO s.keyed SELECT n, 'first' FROM generate_series(1, 10) AS n;
INSERT INTO s.loose SELECT 'first' FROM generate_series(1, 10) AS n;
"""


class Scene:
    """Two tables, as they were before the writers began, and what the writers were told."""

    def __init__(self, connection: ToolConnection) -> None:
        connection.execute(TABLES)
        self.connection = connection
        self.keyed, self.loose = read_tables(connection, "s")
        self.before = read_totals(connection, [self.keyed, self.loose])
        self.history = History()

    def insert(self, table: Table, row: dict[str, str | None], *, sure: bool = True) -> None:
        with self.connection.transaction():
            written = insert(self.connection, table, row)
        self.history.inserted(table, written.key, written.hash, 1, sure=sure)

    def update(self, key: str, value: str) -> None:
        """An acknowledged update."""
        before = read_states(self.connection, self.keyed, [(key,)])[(key,)]
        self.history.begins(self.keyed, (key,), before)
        self.connection.execute("UPDATE s.keyed SET value = %s WHERE id = %s", [value, key])
        after = read_states(self.connection, self.keyed, [(key,)])[(key,)]
        self.history.changed(self.keyed, (key,), after, 1, sure=True)

    def faults(self) -> set[tuple[Fault, str]]:
        found = check(self.connection, self.history, self.before)
        return {(one.fault, one.thing) for one in found}


@pytest.fixture
def scene(database: ToolConnection) -> Scene:
    found = Scene(database)
    found.insert(found.keyed, {"id": "11", "value": "new"})
    found.insert(found.loose, {"value": "new"})
    found.update("1", "second")
    return found


def test_what_was_acknowledged_and_is_there_is_no_finding(scene: Scene) -> None:
    assert scene.faults() == set()


@pytest.mark.parametrize(
    ("statement", "fault", "subject"),
    [
        ("DELETE FROM s.keyed WHERE id = 11", Fault.LOST, "s.keyed (id 11)"),
        ("UPDATE s.keyed SET value = 'first' WHERE id = 1", Fault.LOST, "s.keyed (id 1)"),
        ("UPDATE s.keyed SET value = 'other' WHERE id = 11", Fault.CHANGED, "s.keyed (id 11)"),
        ("UPDATE s.keyed SET value = 'other' WHERE id = 5", Fault.CHANGED, "s.keyed"),
        ("DELETE FROM s.keyed WHERE id = 5", Fault.LOST, "s.keyed"),
        ("INSERT INTO s.keyed VALUES (12, 'more')", Fault.DUPLICATED, "s.keyed"),
        ("DELETE FROM s.loose WHERE value = 'new'", Fault.LOST, "s.loose"),
        ("INSERT INTO s.loose VALUES ('new')", Fault.DUPLICATED, "s.loose"),
        ("UPDATE s.loose SET value = 'other' WHERE value = 'new'", Fault.CHANGED, "s.loose"),
    ],
)
def test_what_differs_is_named(scene: Scene, statement: str, fault: Fault, subject: str) -> None:
    scene.connection.execute(statement.encode())
    assert scene.faults() == {(fault, subject)}


def test_a_deleted_row_that_is_there_is_a_duplicate(scene: Scene) -> None:
    scene.history.changed(scene.keyed, ("11",), None, 2, sure=True)
    assert (Fault.DUPLICATED, "s.keyed (id 11)") in scene.faults()


def test_a_commit_that_nobody_answered_may_have_happened_or_not(scene: Scene) -> None:
    scene.insert(scene.loose, {"value": "perhaps"}, sure=False)
    scene.insert(scene.keyed, {"id": "12", "value": "perhaps"}, sure=False)
    assert scene.faults() == set()
    scene.connection.execute("DELETE FROM s.loose WHERE value = 'perhaps'")
    scene.connection.execute("DELETE FROM s.keyed WHERE id = 12")
    assert scene.faults() == set()


def test_totals_count_rows_of_equal_content_apart(database: ToolConnection) -> None:
    scene = Scene(database)
    with database.cursor(row_factory=tuple_row) as cursor:
        row = cursor.execute("SELECT hashtextextended('(first)', 0)").fetchone()
    assert row is not None
    assert scene.before[scene.loose] == Total(10, 10 * row[0])
