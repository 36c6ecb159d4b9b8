"""One piece of a table from one server to another: COPY TO piped into COPY FROM.

Two psql processes and a pipe: the rows pass through no Python, in the binary format.
"""

from __future__ import annotations

import subprocess
import threading
from dataclasses import dataclass

from psycopg import sql

from shared_db.errors import MoveFailed
from shared_db.move.programs import Programs, program_environment
from shared_db.move.subject import Side
from shared_db.move.tables import Table

CHUNK_PAGES = 8192
"""64 MB of a table's file: large enough that starting two processes does not count."""


@dataclass(frozen=True)
class Chunk:
    """Pages of a table, from ``first`` up to but without ``end``; None is the end of the file."""

    table: Table
    first: int
    end: int | None

    @property
    def bytes(self) -> int:
        """Size of the pages."""
        end = self.table.pages if self.end is None else self.end
        return max(end - self.first, 0) * 8192


def chunks_of(table: Table) -> tuple[Chunk, ...]:
    """Split a table by pages; the last chunk has no end, in case the file grew meanwhile."""
    firsts = range(0, max(table.pages, 1), CHUNK_PAGES)
    ends = [*firsts[1:], None]
    return tuple(Chunk(table, first, end) for first, end in zip(firsts, ends, strict=True))


class Transfer:
    """Copies chunks between two sides under an exported snapshot.

    Args:
        programs: where psql is.
        source: where the snapshot is.
        target: the tables are there, without indexes.
        snapshot: its name.
        run_id: whose connections they are.
        binary: whether all types have a binary form.
    """

    def __init__(
        self,
        programs: Programs,
        source: Side,
        target: Side,
        snapshot: str,
        *,
        run_id: object,
        binary: bool,
    ) -> None:
        self._psql = [programs.psql, "-X", "-q", "-v", "ON_ERROR_STOP=1"]
        self._snapshot = snapshot
        self._format = sql.SQL("binary" if binary else "text")
        self._reading = program_environment(source, run_id, "copy")
        self._writing = program_environment(
            target, run_id, "copy", "-c shared_db.warming=on -c synchronous_commit=off"
        )
        self._running: set[subprocess.Popen[bytes]] = set()
        self._guard = threading.Lock()

    def copy(self, chunk: Chunk) -> None:
        """Copy one chunk.

        Raises:
            MoveFailed: reading or writing failed; rows of the chunk may be missing then.
        """
        reading = self._start(self._read_commands(chunk), self._reading, subprocess.PIPE, None)
        writing = self._start([self._write_command(chunk.table)], self._writing, None, reading)
        if reading.stdout is not None:
            reading.stdout.close()
        failures = [self._finish(writing), self._finish(reading)]
        text = "; ".join(failure for failure in failures if failure)
        if text:
            raise MoveFailed(
                f"Copying {chunk.table.schema}.{chunk.table.name} failed: {text}. Remove the "
                "cause, then run `shared-db move resume`."
            )

    def stop(self) -> None:
        """End what is still running."""
        with self._guard:
            for process in self._running:
                process.kill()

    def _start(
        self,
        commands: list[str],
        environment: dict[str, str],
        stdout: int | None,
        after: subprocess.Popen[bytes] | None,
    ) -> subprocess.Popen[bytes]:
        arguments = [part for command in commands for part in ("-c", command)]
        process = subprocess.Popen(  # noqa: S603
            [*self._psql, *arguments],
            env=environment,
            stdin=after.stdout if after else subprocess.DEVNULL,
            stdout=stdout or subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        with self._guard:
            self._running.add(process)
        return process

    def _finish(self, process: subprocess.Popen[bytes]) -> str:
        _, problem = process.communicate() if process.stdout is None else (b"", _rest(process))
        code = process.wait()
        with self._guard:
            self._running.discard(process)
        return "" if code == 0 else (problem or b"").decode(errors="replace").strip() or str(code)

    def _read_commands(self, chunk: Chunk) -> list[str]:
        begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        snapshot = sql.SQL("SET TRANSACTION SNAPSHOT {s}").format(s=sql.Literal(self._snapshot))
        return [begin, snapshot.as_string(None), self._read_command(chunk)]

    def _read_command(self, chunk: Chunk) -> str:
        table = chunk.table
        columns = _columns(table)
        conditions = [sql.SQL("ctid >= {c}").format(c=sql.Literal(f"({chunk.first},0)"))]
        if chunk.end is not None:
            conditions.append(sql.SQL("ctid < {c}").format(c=sql.Literal(f"({chunk.end},0)")))
        query = sql.SQL("SELECT {columns} FROM ONLY {table} WHERE {conditions}").format(
            columns=columns,
            table=sql.Identifier(table.schema, table.name),
            conditions=sql.SQL(" AND ").join(conditions),
        )
        command = sql.SQL("COPY ({query}) TO STDOUT (FORMAT {format})")
        return command.format(query=query, format=self._format).as_string(None)

    def _write_command(self, table: Table) -> str:
        columns = sql.SQL("({c})").format(c=_columns(table)) if table.columns else sql.SQL("")
        command = sql.SQL("COPY {table} {columns} FROM STDIN (FORMAT {format})")
        return command.format(
            table=sql.Identifier(table.schema, table.name), columns=columns, format=self._format
        ).as_string(None)


def _columns(table: Table) -> sql.Composed:
    return sql.SQL(", ").join([sql.Identifier(column) for column in table.columns])


def _rest(process: subprocess.Popen[bytes]) -> bytes:
    return process.stderr.read() if process.stderr else b""
