"""A bar on the terminal that shows how far a copy has come."""

from __future__ import annotations

from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)


class CopyBar:
    """One bar; what is printed meanwhile appears above it, and it leaves nothing behind.

    Args:
        total: bytes.
    """

    def __init__(self, total: int) -> None:
        self._progress = Progress(
            TextColumn("  copying"),
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
            transient=True,
        )
        self._task = self._progress.add_task("", total=total)
        self._progress.start()

    def show(self, done: int) -> None:
        """Show how many bytes are done."""
        self._progress.update(self._task, completed=done)

    def stop(self) -> None:
        """Take it from the terminal."""
        self._progress.stop()
