"""Rows arrive once each, and a copy that fails leaves nothing running."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from copy_scene import Scene, copy_scene
from shared_db.errors import MoveFailed
from shared_db.move.copy import chunks

_ROWS = "SELECT count(*) AS rows, count(DISTINCT id) AS ids, sum(id) AS sum FROM {s}.entries"
_FILL = """
    CREATE TABLE {s}.entries (id bigint, body text);
    INSERT INTO {s}.entries SELECT n, repeat('x', 200) FROM generate_series(1, 20000) AS n;
    CREATE TABLE {s}.others (id bigint PRIMARY KEY);
    INSERT INTO {s}.others SELECT generate_series(1, 100)
"""


@pytest.fixture
def scene(postgres: Any) -> Iterator[Scene]:
    with copy_scene(postgres.url) as made:
        yield made


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "CHUNK_PAGES", 16)


def test_a_table_in_chunks_arrives_with_each_row_once(scene: Scene, small_chunks: None) -> None:
    scene.run(_FILL)
    scene.copy(jobs=3)
    ours, theirs = scene.both(_ROWS)
    assert ours == theirs
    assert theirs[0]["rows"] == theirs[0]["ids"] == 20000


def test_rows_that_were_deleted_stay_away(scene: Scene) -> None:
    scene.run(_FILL)
    scene.run("DELETE FROM {s}.entries WHERE mod(id, 3) = 0")
    scene.copy()
    ours, theirs = scene.both(_ROWS)
    assert ours == theirs


def test_a_table_copied_whole_arrives_frozen(scene: Scene) -> None:
    scene.run(_FILL)
    scene.copy(jobs=1)
    (found,) = scene.run(
        "SELECT relallvisible AS visible, relpages AS pages FROM pg_class"
        " WHERE oid = '{s}.entries'::regclass",
        scene.target,
    )
    assert found["visible"] > found["pages"] * 0.9, "the last pages may be marked later"


def test_progress_begins_at_nothing_never_goes_back_and_ends_at_all(
    scene: Scene, small_chunks: None
) -> None:
    scene.run(_FILL)
    scene.copy(jobs=3)
    done = [one for one, _ in scene.told]
    assert done[0] == 0
    assert done == sorted(done)
    assert scene.told[-1][0] == scene.told[-1][1] > 0


def test_a_chunk_that_fails_stops_the_rest_and_leaves_no_process(
    scene: Scene, small_chunks: None
) -> None:
    scene.run(_FILL)
    scene.run(
        "CREATE FUNCTION {s}.known(bigint) RETURNS boolean LANGUAGE sql AS $$ SELECT true $$;"
        "CREATE DOMAIN {s}.id AS bigint CHECK ({s}.known(value));"
        "ALTER TABLE {s}.entries ALTER id TYPE {s}.id;"
        "CREATE OR REPLACE FUNCTION {s}.known(bigint) RETURNS boolean LANGUAGE sql"
        " AS $$ SELECT $1 < 19990 $$"
    )
    with pytest.raises(MoveFailed, match="entries failed"):
        scene.copy(jobs=3)
    assert scene.connections() == []


def test_an_index_that_cannot_be_built_stops_the_copy_with_its_name(scene: Scene) -> None:
    scene.run(_FILL)
    scene.run(
        "CREATE FUNCTION {s}.half(bigint) RETURNS bigint IMMUTABLE LANGUAGE sql"
        " AS $$ SELECT $1 / 2 $$;"
        "CREATE INDEX by_half ON {s}.others ({s}.half(id));"
        "CREATE OR REPLACE FUNCTION {s}.half(bigint) RETURNS bigint IMMUTABLE LANGUAGE sql"
        " AS $$ SELECT $1 / (50 - $1) $$"
    )
    with pytest.raises(MoveFailed, match="INDEX by_half cannot be made"):
        scene.copy()
    assert scene.connections() == []
