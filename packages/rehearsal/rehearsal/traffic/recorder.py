"""Writes records to a file, a block at a time."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from rehearsal.records import RUN, Record, encoded

_BLOCK = 200


class Recorder:
    """Keeps records until there is a block of them, then writes it.

    Args:
        file: is replaced.
    """

    def __init__(self, file: Path) -> None:
        self._file = file.open("wb")
        self._lines: list[bytes] = []
        self.failures: Counter[str] = Counter()
        self.requests = 0

    def keep(self, record: Record) -> None:
        """Take a record."""
        self._lines.append(encoded(record))
        if record.phase == RUN:
            self.requests += 1
            if record.failure:
                self.failures[f"{record.kind}: {record.failure}"] += 1
        if len(self._lines) >= _BLOCK:
            self.flush()

    def flush(self) -> None:
        """Write what is kept."""
        self._file.write(b"".join(self._lines))
        self._file.flush()
        self._lines.clear()

    def close(self) -> None:
        """Write what is kept and close the file."""
        self.flush()
        self._file.close()
