"""One writer: asks by its schedule, whatever happens to the databases, and notes each answer."""

from __future__ import annotations

import threading
import time
from random import Random

import psycopg

from rehearsal.any_schema.learning.writable import Writable
from rehearsal.any_schema.load.acts import Acts, Refused
from rehearsal.any_schema.load.application import Application
from rehearsal.any_schema.load.rows import OwnRows
from rehearsal.any_schema.load.session import GaveUp, Session, Unanswered
from rehearsal.exchanged import Sent, Shown
from rehearsal.records import RUN, Record


class Writer(threading.Thread):
    """Writes at its own pace until the application stops.

    Args:
        number: its number.
        application: whose thread it is.
        writables: what it writes to.
        rows: its own.
        period: seconds from one request to the next.
        random: what chooses.
    """

    def __init__(
        self,
        number: int,
        application: Application,
        writables: list[Writable],
        rows: OwnRows,
        period: float,
        random: Random,
    ) -> None:
        super().__init__(name=f"writer {number}", daemon=True)
        self._application = application
        self._session = Session(application, f"rehearsal/{number}")
        acts = Acts(self._session, application.history, rows, application.taken, random)
        self._acts = {
            "insert": acts.insert,
            "update": acts.update,
            "delete": acts.delete,
            "read": acts.read,
        }
        self._period = period
        self._random = random
        self._turns = _turns(writables)
        random.shuffle(self._turns)
        self.has_ended_early = False

    def run(self) -> None:
        """Ask until the application stops."""
        self.has_ended_early = True
        due = time.time() + self._random.random() * self._period
        turn = 0
        try:
            while not self._application.stopping.wait(max(0.0, due - time.time())):
                kind, writable = self._turns[turn % len(self._turns)]
                self._request(kind, writable, due)
                turn, due = turn + 1, due + self._period
            self.has_ended_early = False
        finally:
            self._session.close()

    def _request(self, kind: str, writable: Writable, due: float) -> None:
        number, started = next(self._application.numbers), time.time()
        failure = ""
        try:
            if not self._acts[kind](number, writable):  # there is no row yet
                kind = "insert"
                if not writable.takes_rows or not self._acts[kind](number, writable):
                    return
        except Refused as refused:
            place = writable.table, self._application.home
            self._application.refused[place] = str(refused)
            return
        except (Unanswered, GaveUp) as error:
            failure = f"{writable.table}: {error}"
        except psycopg.Error as error:
            failure = f"{writable.table}: {error.sqlstate}: {error.diag.message_primary or error}"
        self._application.records.append(
            Record(
                number,
                RUN,
                kind,
                self._application.schema,
                self.name,
                scheduled=due,
                started=started,
                ended=time.time(),
                status=0 if failure else 200,
                failure=failure,
                sent=Sent(key=str(writable.table)),
                shows=None if failure else Shown(),
            )
        )


def _turns(writables: list[Writable]) -> list[tuple[str, Writable]]:
    """All that can be asked, inserts twice: without them there is nothing to delete."""
    turns: list[tuple[str, Writable]] = []
    for writable in writables:
        turns += [("insert", writable)] * 2 * writable.takes_rows
        turns += [("update", writable)] * 2 * bool(writable.columns)
        turns += [("delete", writable)] * writable.gives_up_rows
        turns += [("read", writable)] * (writable.table.key is not None)
    return turns
