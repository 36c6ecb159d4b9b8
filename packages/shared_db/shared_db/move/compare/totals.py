"""The totals of tables on both sides."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from shared_db.move.compare.digest import Digest, Pages, digest, pages_of
from shared_db.move.compare.readers import Readers
from shared_db.move.compare.tables import ComparedTable
from shared_db.move.pacing import REST
from shared_db.tool_connection import ToolConnection


@dataclass(frozen=True)
class Share:
    """What one question found out, and for how many seconds a connection worked on it."""

    digest: Digest
    seconds: float


class SideTotals:
    """The totals of one table on one side, asked for at once.

    Args:
        readers: the side.
        table: the table.
        pages: the pieces in which it is read.
    """

    def __init__(self, readers: Readers, table: ComparedTable, pages: Sequence[Pages]) -> None:
        self.pages = pages
        self._shares = [_ask(readers, table, piece) for piece in pages]

    def wait(self) -> Share:
        """Wait for the whole table; rests are not in its seconds.

        Raises:
            DatabaseUnavailable, MissingPrivilege, MoveFailed: the server would not answer.
        """
        shares = [share.result() for share in self._shares]
        return Share(
            digest=sum((share.digest for share in shares), Digest()),
            seconds=sum(share.seconds for share in shares),
        )


def ask_totals(readers: Readers, tables: Sequence[ComparedTable]) -> list[SideTotals]:
    """Ask a side for the totals of all tables, in order."""
    pieces = readers.ask(lambda connection: [list(pages_of(connection, t)) for t in tables])
    return [
        SideTotals(readers, table, pages)
        for table, pages in zip(tables, pieces.result(), strict=True)
    ]


def ask_both(
    left: Readers, right: Readers, tables: Sequence[ComparedTable]
) -> list[tuple[SideTotals, SideTotals]]:
    """Ask both sides for all totals, at the same time unless they are gentle."""
    if not left.gentle:
        return list(zip(ask_totals(left, tables), ask_totals(right, tables), strict=True))
    totals = []
    for table in tables:
        pair = []
        for side in (left, right):
            (asked,) = ask_totals(side, [table])
            asked.wait()
            pair.append(asked)
        totals.append((pair[0], pair[1]))
    return totals


def _ask(readers: Readers, table: ComparedTable, pages: Pages) -> Future[Share]:
    def answer(connection: ToolConnection) -> Share:
        began = time.monotonic()
        found = digest(connection, table, pages)
        seconds = time.monotonic() - began
        if readers.gentle:
            time.sleep(seconds * REST)
        return Share(found, seconds)

    return readers.ask(answer)
