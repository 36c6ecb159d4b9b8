"""One piece of a table from one server to another: COPY TO piped into COPY FROM.

Two psql processes and a pipe, in the binary format: the rows pass through no Python, except when
gently copied where the kernel cannot move them from one pipe to another.
"""

from __future__ import annotations

import fcntl
import subprocess
import threading
from contextlib import suppress
from typing import IO

from shared_db.errors import MoveFailed
from shared_db.move.copy.chunks import Chunk
from shared_db.move.copy.commands import Commands
from shared_db.move.copy.pumping import pump
from shared_db.move.programs import Programs, program_environment
from shared_db.move.subject import Side
from shared_db.priority import give_way

_PIPE_BYTES = 1024 * 1024
"""Instead of 64 KB: reader and writer wait for each other less often."""


class Transfer:
    """Copies chunks between two sides under an exported snapshot.

    Args:
        programs: where psql is.
        source: where the snapshot is.
        target: the tables are there, without indexes.
        snapshot: its name.
        run_id: whose connections they are.
        binary: whether all types have a binary form.
        gentle: rest in between (``pacing``) and give way, so that live traffic keeps the
            processors.
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
        gentle: bool = False,
    ) -> None:
        self._psql = [programs.psql, "-X", "-q", "-v", "ON_ERROR_STOP=1"]
        self._commands = Commands(snapshot, binary=binary)
        self._gentle = gentle
        self._reading = program_environment(source, run_id, "copy")
        self._writing = program_environment(
            target, run_id, "copy", "-c shared_db.warming=on -c synchronous_commit=off"
        )
        self._running: set[subprocess.Popen[bytes]] = set()
        self._stopped = False
        self._guard = threading.Lock()

    def copy(self, chunk: Chunk) -> None:
        """Copy one chunk.

        Raises:
            MoveFailed: reading or writing failed; rows of the chunk may be missing then.
        """
        reading = self._start(self._commands.reading(chunk), self._reading, None)
        rows = subprocess.PIPE if self._gentle else reading.stdout
        try:
            writing = self._start(self._commands.writing(chunk), self._writing, rows)
        except BaseException:
            reading.kill()
            self._finish(reading)
            raise
        if writing.stdin and reading.stdout:
            pump(reading.stdout, writing.stdin)
        elif reading.stdout:
            reading.stdout.close()
        failures = [self._finish(writing), self._finish(reading)]
        text = "; ".join(failure for failure in failures if failure)
        if text:
            raise MoveFailed(
                f"Copying {chunk.table.schema}.{chunk.table.name} failed: {text}. Remove the "
                "cause, then run `shared-db move resume`."
            )

    def stop(self) -> None:
        """End what is still running, and what begins from now on."""
        with self._guard:
            self._stopped = True
            for process in self._running:
                process.kill()

    def _start(
        self, commands: list[str], environment: dict[str, str], rows: IO[bytes] | int | None
    ) -> subprocess.Popen[bytes]:
        """Start a reader, or a writer of ``rows`` (PIPE: of what its ``stdin`` will be given)."""
        arguments = [part for command in commands for part in ("-c", command)]
        with self._guard:
            process = subprocess.Popen(  # noqa: S603
                [*self._psql, *arguments],
                env=environment,
                stdin=rows or subprocess.DEVNULL,
                stdout=subprocess.DEVNULL if rows else subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
            self._running.add(process)
            if self._gentle:
                give_way(process.pid)
            if self._stopped:
                process.kill()
        if process.stdout is not None:
            _widen(process.stdout)
        return process

    def _finish(self, process: subprocess.Popen[bytes]) -> str:
        problem = process.stderr.read() if process.stderr else b""
        if process.stderr:
            process.stderr.close()
        code = process.wait()
        with self._guard:
            self._running.discard(process)
        return "" if code == 0 else problem.decode(errors="replace").strip() or str(code)


def _widen(pipe: IO[bytes]) -> None:
    """Make a pipe larger where that can be done (Linux), as far as this account may."""
    if hasattr(fcntl, "F_SETPIPE_SZ"):
        with suppress(OSError):
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
