"""What the tables hold, held against what the writers were told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import tuple_row

from move_load.kinds import KINDS, Kind, kind_of
from move_load.record import Record

_COUNTERS = "SELECT writer, value FROM {s}.counters"


class History:
    """The writes of some writers.

    Args:
        schema: where they wrote.
        records: what they were told; they have stopped.
    """

    def __init__(self, schema: str, records: Sequence[Record]) -> None:
        self._schema = sql.Identifier(schema)
        self._records = {record.writer: record for record in records}

    def lost(self, connection: psycopg.Connection[Any]) -> list[str]:
        """Each acknowledged write that is not there, in a sentence."""
        return [
            *(text for kind in KINDS for text in self._lost(kind, self._found(connection, kind))),
            *self._miscounted(connection, too_many=False),
        ]

    def duplicated(self, connection: psycopg.Connection[Any]) -> list[str]:
        """Each write that is there twice, came back, or was refused and yet is there."""
        return [
            *(text for kind in KINDS for text in self._excess(kind, self._found(connection, kind))),
            *self._miscounted(connection, too_many=True),
        ]

    def _found(
        self, connection: psycopg.Connection[Any], kind: Kind
    ) -> Counter[tuple[int, int, int]]:
        return Counter(row for row in self._rows(connection, kind.found) if row[0] in self._records)

    def _rows(self, connection: psycopg.Connection[Any], text: str) -> list[tuple[Any, ...]]:
        with psycopg.ClientCursor(connection, row_factory=tuple_row) as cursor:
            return cursor.execute(sql.SQL(text).format(s=self._schema)).fetchall()

    def _lost(self, kind: Kind, found: Counter[tuple[int, int, int]]) -> Iterator[str]:
        newest = _newest(found)
        for writer, record in self._records.items():
            written = [(kind.slot(n), n) for n in record.acknowledged if kind_of(n) is kind]
            if kind.replaces:
                for slot, number in dict(sorted(written)).items():  # the last one of each slot
                    if newest.get((writer, slot), -1) < number:
                        yield f"{kind.table}: write {number} of writer {writer} is gone"
            else:
                for slot, number in written:
                    if (writer, slot, number) not in found:
                        yield f"{kind.table}: write {number} of writer {writer} is gone"

    def _excess(self, kind: Kind, found: Counter[tuple[int, int, int]]) -> Iterator[str]:
        newest = _newest(found)
        for (writer, slot, number), times in found.items():
            what = f"{kind.table}: write {number} of writer {writer}"
            if times > 1:
                yield f"{what} is there {times} times"
            if number not in self._records[writer].possible:
                yield f"{what} was refused and yet is there"
            if kind.replaces and number < newest[writer, slot]:
                yield f"{what} came back"

    def _miscounted(self, connection: psycopg.Connection[Any], *, too_many: bool) -> Iterator[str]:
        values = dict(self._rows(connection, _COUNTERS))
        for writer, record in self._records.items():
            value = values.get(writer, 0)
            least, most = len(record.acknowledged), len(record.possible)
            if value > most if too_many else value < least:
                yield f"counters: writer {writer} counted {value}, not {least} to {most}"


def _newest(found: Counter[tuple[int, int, int]]) -> dict[tuple[int, int], int]:
    newest: dict[tuple[int, int], int] = {}
    for writer, slot, number in found:
        newest[writer, slot] = max(number, newest.get((writer, slot), -1))
    return newest
