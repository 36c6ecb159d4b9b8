"""All writers of an application, started together and stopped together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

from psycopg.rows import tuple_row

from rehearsal.any_schema.checking.history import History
from rehearsal.any_schema.cloning.clone import Clone
from rehearsal.any_schema.learning.lesson import Lesson, open_as
from rehearsal.any_schema.learning.statements import sample_statement
from rehearsal.any_schema.load.application import Application
from rehearsal.any_schema.load.rows import OwnRows
from rehearsal.any_schema.load.writer import Writer

_RATE_OF_ONE = 15.0
_FEWEST, _MOST = 2, 16
_FOUND_ROWS = 8
_PATIENCE = 60.0


@contextmanager
def load(clone: Clone, lesson: Lesson, rate: float, random: Random) -> Iterator[Application]:
    """Let an application write for the length of the block.

    Args:
        clone: where, at first.
        lesson: what its tables take.
        rate: requests per second.
        random: what chooses.
    """
    history = History(unreliable=lesson.unreliable)
    urls = {role: clone.logins(role) for role in clone.roles.writing}
    application = Application(clone.schema, urls, history)
    count = round(min(max(rate / _RATE_OF_ONE, _FEWEST), _MOST))
    rows = [OwnRows(random) for _ in range(count)]
    _share_rows(application, lesson, rows)
    writers = [
        Writer(
            number,
            application,
            lesson.writables,
            own,
            period=count / rate,
            random=random,
        )
        for number, own in enumerate(rows)
    ]
    for writer in writers:
        writer.start()
    try:
        yield application
    finally:
        application.stopping.set()
        for writer in writers:
            writer.join(_PATIENCE)
    for writer in writers:
        if writer.is_alive() or writer.has_ended_early:
            application.broken.append(f"{writer.name} did not end as it should: see its error.")


def _share_rows(application: Application, lesson: Lesson, rows: list[OwnRows]) -> None:
    """Give each writer rows that are there, as it sees them; no row has two writers."""
    for role, (url, _) in application.urls.items():
        with open_as(url, "rehearsal/rows") as connection:
            for writable in lesson.writables:
                if writable.role != role or writable.table.key is None:
                    continue
                statement = sample_statement(writable.table, _FOUND_ROWS * len(rows))
                with connection.cursor(row_factory=tuple_row) as cursor:
                    found = cursor.execute(statement).fetchall()
                for place, (state, *key) in enumerate(found):
                    application.history.begins(writable.table, tuple(key), state)
                    rows[place % len(rows)].give(writable.table, tuple(key))
