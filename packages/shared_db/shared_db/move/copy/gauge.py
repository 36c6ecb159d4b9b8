"""How far the rows are, while they are copied."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from types import TracebackType

import psycopg

from shared_db.errors import SharedDbError
from shared_db.move.copy.chunks import Chunk
from shared_db.move.subject import Side, application_name, connect

_PERIOD = 0.5

_RUNNING = """
SELECT c.relname AS name, sum(p.tuples_processed)::bigint AS rows
  FROM pg_stat_progress_copy AS p
  JOIN pg_stat_activity AS a ON a.pid = p.pid
  JOIN pg_class AS c ON c.oid = p.relid
 WHERE p.datname = current_database()
   AND a.application_name = %s
 GROUP BY c.relname
"""


class Gauge:
    """Tells the bytes done and the bytes in all, twice a second; a context manager.

    Bytes are those of the source's files: of a chunk that is being copied, as many as its share
    of rows that the target has taken.

    Args:
        target: where the rows arrive.
        run_id: whose connections copy.
        chunks: all that will be copied.
        progress: who is told.
    """

    def __init__(
        self,
        target: Side,
        run_id: object,
        chunks: Sequence[Chunk],
        progress: Callable[[int, int], None],
    ) -> None:
        self._target = target
        self._run_id = run_id
        self._total = sum(chunk.bytes for chunk in chunks)
        self._progress = progress
        self._running: list[Chunk] = []
        self._done = 0
        self._told = -1
        self._guard = threading.Lock()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="copy-gauge", daemon=True)

    def __enter__(self) -> Gauge:
        self._tell(0)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._thread.join()

    def begin(self, chunk: Chunk) -> None:
        """Note that a chunk is being copied."""
        with self._guard:
            self._running.append(chunk)

    def end(self, chunk: Chunk) -> None:
        """Note that it is there, and tell."""
        with self._guard:
            self._running.remove(chunk)
            self._done += chunk.bytes
        self._tell(0)

    def _watch(self) -> None:
        """A glance that fails costs nothing but a line of progress."""
        try:
            with connect(self._target, self._run_id, part="gauge") as connection:
                name = application_name(self._run_id, "copy")
                while not self._ended.wait(_PERIOD):
                    rows = connection.execute(_RUNNING, [name]).fetchall()
                    self._tell(self._arrived({row["name"]: row["rows"] for row in rows}))
        except (psycopg.Error, SharedDbError):
            return

    def _arrived(self, rows: dict[str, int]) -> int:
        """Bytes of the running chunks that have arrived."""
        with self._guard:
            running: dict[str, int] = {}
            for chunk in self._running:
                running[chunk.table.name] = running.get(chunk.table.name, 0) + chunk.bytes
            tables = {chunk.table.name: chunk.table for chunk in self._running}
        each = {name: table.bytes / max(table.rows, 1) for name, table in tables.items()}
        return sum(min(int(rows.get(name, 0) * each[name]), most) for name, most in running.items())

    def _tell(self, arrived: int) -> None:
        """Tell, unless more was told before: the bar never goes back."""
        with self._guard:
            done = min(self._done + arrived, self._total)
            if done <= self._told:
                return
            self._told = done
            self._progress(done, self._total)
