"""The server's log file."""

from __future__ import annotations

from pathlib import Path

_LARGE = 16 * 1024 * 1024
_SHOWN = 12


def rotate(log: Path) -> int:
    """Put a large log aside before a start; return where the new lines will begin, in bytes."""
    if not log.exists():
        return 0
    size = log.stat().st_size
    if size < _LARGE:
        return size
    log.replace(log.with_suffix(".log.old"))
    return 0


def lines_since(log: Path, start: int) -> str:
    """The last lines written after ``start``."""
    with log.open("rb") as file:
        file.seek(start)
        text = file.read().decode(errors="replace")
    return "\n".join(text.splitlines()[-_SHOWN:])
