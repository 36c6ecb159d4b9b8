"""Tables of every kind arrive with all of their definitions and rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from copy_scene import Scene, copy_scene
from copy_scene.every_kind import CATALOGS, EVERY_KIND, ROWS

_COMMENTED = 16


@pytest.fixture(scope="module")
def copied(postgres: Any) -> Iterator[Scene]:
    """The schema, copied once for all tests."""
    with copy_scene(postgres.url, schema='Order "Desk"') as scene:
        scene.run(EVERY_KIND)
        scene.copy()
        yield scene


@pytest.mark.parametrize("catalog", CATALOGS)
def test_definitions_arrive_as_they_are(copied: Scene, catalog: str) -> None:
    ours, theirs = copied.both(CATALOGS[catalog])
    assert ours
    assert theirs == ours


@pytest.mark.parametrize("table", ROWS)
def test_rows_arrive_as_they_are(copied: Scene, table: str) -> None:
    ours, theirs = copied.both(ROWS[table])
    assert ours
    assert theirs == ours


def test_every_comment_was_there_to_be_copied(copied: Scene) -> None:
    assert len(copied.run(CATALOGS["comments"], copied.target)) == _COMMENTED


def test_everything_with_rows_has_statistics(copied: Scene) -> None:
    rows = copied.run(
        "SELECT DISTINCT tablename AS name FROM pg_stats"
        " WHERE quote_ident(schemaname)::regnamespace = '{s}'::regnamespace",
        copied.target,
    )
    expected = {"Customers; all", "orders", "orders_old", "orders_new_0", "lines", "totals"}
    assert expected <= {row["name"] for row in rows}


def test_extended_statistics_and_those_of_expressions_are_filled(copied: Scene) -> None:
    (extended,) = copied.run("SELECT count(*) AS filled FROM pg_statistic_ext_data", copied.target)
    expressions = copied.run("SELECT 1 FROM pg_stats WHERE tablename = 'by_shout'", copied.target)
    assert extended["filled"] == 1
    assert expressions
