"""In which pieces tables are copied."""

from __future__ import annotations

from shared_db.move.copy.chunks import CHUNK_PAGES, chunks_of
from shared_db.move.tables import Table


def test_tables_of_like_size_are_each_copied_whole() -> None:
    chunks = chunks_of([_table("a", 50_000), _table("b", 40_000)], jobs=2)
    assert [(chunk.table.name, chunk.whole, chunk.end) for chunk in chunks] == [
        ("a", True, None),
        ("b", True, None),
    ]


def test_a_table_that_would_keep_the_jobs_waiting_is_split_without_gap_or_overlap() -> None:
    pages = 3 * CHUNK_PAGES + 7
    chunks = chunks_of([_table("large", pages), _table("small", 10)], jobs=2)
    large = [chunk for chunk in chunks if chunk.table.name == "large"]
    assert [chunk.first for chunk in large] == [n * CHUNK_PAGES for n in range(4)]
    assert [chunk.end for chunk in large] == [*(chunk.first for chunk in large[1:]), None]
    assert not any(chunk.whole for chunk in large)
    assert sum(chunk.bytes for chunk in large) == pages * 8192


def test_a_table_of_one_chunk_is_whole_however_large_its_share() -> None:
    (chunk,) = chunks_of([_table("only", CHUNK_PAGES)], jobs=2)
    assert chunk.whole


def test_one_job_splits_nothing() -> None:
    (chunk,) = chunks_of([_table("only", 100 * CHUNK_PAGES)], jobs=1)
    assert chunk.whole


def test_a_table_without_pages_is_left_out() -> None:
    assert not chunks_of([_table("empty", 0)], jobs=2)


def _table(name: str, pages: int) -> Table:
    return Table("s", name, pages, 0, ("id",))
