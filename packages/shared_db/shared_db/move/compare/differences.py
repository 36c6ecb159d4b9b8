"""Finding the rows of one table that differ: buckets first, then keys, then rows."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass

from shared_db.move.compare.buckets import PagedSide, Within, narrow
from shared_db.move.compare.listing import list_differences
from shared_db.move.compare.merge import Pair, unequal_pairs
from shared_db.move.compare.places import SortedPlaces
from shared_db.move.compare.readers import Readers
from shared_db.move.compare.result import Difference
from shared_db.move.compare.tables import ComparedTable
from shared_db.tool_connection import ToolConnection


@dataclass(frozen=True)
class Found:
    """The first differences in full, and how many there are."""

    first: tuple[Difference, ...]
    total: int


def find_differences(
    table: ComparedTable, source: PagedSide, target: PagedSide, *, limit: int
) -> Found:
    """Find the rows that differ.

    Args:
        table: its totals differ.
        source: one side.
        target: the other.
        limit: how many differences are read in full.

    Raises:
        DatabaseUnavailable, MissingPrivilege, MoveFailed: a server would not answer.
    """
    within = narrow(table, source, target)
    pairs: list[Pair] = []
    total = 0
    for pair in _pairs(table, source, target, within):
        total += 1
        if total <= limit:
            pairs.append(pair)
    return Found(list_differences(table, pairs, source.readers, target.readers), total)


def _pairs(
    table: ComparedTable, source: PagedSide, target: PagedSide, within: Within
) -> Iterator[Pair]:
    asked = [_ask(side.readers, table, within) for side in (source, target)]
    return unequal_pairs(*(places.result() for places in asked))


def _ask(readers: Readers, table: ComparedTable, within: Within) -> Future[SortedPlaces]:
    def answer(connection: ToolConnection) -> SortedPlaces:
        return SortedPlaces(connection, readers.side, table, within)

    return readers.ask(answer)
