"""pg_dump into a folder, then pg_restore from it, both with as many jobs as the others."""

from __future__ import annotations

import shutil

from tests.performance.move.contender import Ground

_FOLDER = "dump"


class DumpRestore:
    """``pg_dump -Fd -j`` and ``pg_restore -j``.

    Args:
        compression: as in ``--compress``; empty for pg_dump's default.
    """

    def __init__(self, compression: str) -> None:
        self.name = f"dump-restore-{compression or 'default'}"
        self._options = [f"--compress={compression}"] if compression else []
        spoken = compression or "its default (gzip)"
        self.how = f"pg_dump -Fd -j and pg_restore -j, compression {spoken}"

    def copy(self, ground: Ground) -> None:
        """Dump, then restore."""
        folder, jobs = ground.scratch / _FOLDER, f"--jobs={ground.jobs}"
        ground.dump("--format=directory", f"--file={folder}", jobs, *self._options)
        ground.restore(jobs, str(folder))

    def clean(self, ground: Ground) -> None:
        """Remove the dump."""
        shutil.rmtree(ground.scratch / _FOLDER, ignore_errors=True)
