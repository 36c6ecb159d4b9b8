"""In which pieces a table's rows are copied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shared_db.move.tables import Table

CHUNK_PAGES = 8192
"""64 MB of a table's file: large enough that starting two processes does not count."""

_FAIR_SHARE = 1.5


@dataclass(frozen=True)
class Chunk:
    """Rows of a table that are copied in one go.

    Args:
        table: the table.
        first: the first page.
        end: the page after the last; None is the end of the file.
        whole: whether it is all of the table, the only one to write to it.
    """

    table: Table
    first: int
    end: int | None
    whole: bool

    @property
    def bytes(self) -> int:
        """Size of the pages."""
        end = self.table.pages if self.end is None else self.end
        return max(end - self.first, 0) * 8192


def chunks_of(tables: Sequence[Table], jobs: int) -> list[Chunk]:
    """Decide how tables are copied; those that hold no page are left out.

    A table is best written in one transaction that truncates it first: its rows are frozen then,
    so that neither index builds nor checks nor a later vacuum have to write to its pages again.
    Only one that would keep all jobs waiting is copied by several at the same time.

    Args:
        tables: all that are copied.
        jobs: how many chunks are copied at the same time.
    """
    share = sum(table.bytes for table in tables) / jobs * _FAIR_SHARE
    return [
        chunk
        for table in tables
        if table.pages
        for chunk in (_split(table) if table.bytes > share else [Chunk(table, 0, None, whole=True)])
    ]


def _split(table: Table) -> list[Chunk]:
    """The last chunk has no end, in case the file grew meanwhile."""
    firsts = range(0, table.pages, CHUNK_PAGES)
    ends = [*firsts[1:], None]
    whole = len(firsts) == 1
    return [Chunk(table, first, end, whole) for first, end in zip(firsts, ends, strict=True)]
