"""Where the tests' servers keep their data: in memory, if there is plenty."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

_MEMORY = Path("/dev/shm")  # noqa: S108 - Linux's file system in memory
_PLENTY = 4 * 1024**3


def temporary_base() -> Path:
    """``TMPDIR`` if it is set, else memory with 4 GiB to spare, else the system's choice.

    Nobody misses the data after a crash, and creating databases is twice as fast in memory.
    """
    usable = not os.environ.get("TMPDIR") and os.access(_MEMORY, os.W_OK)
    if usable and shutil.disk_usage(_MEMORY).free >= _PLENTY:
        return _MEMORY
    return Path(tempfile.gettempdir())


def new_folder(prefix: str) -> Path:
    """A new folder there that the account of the embedded server may traverse."""
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=temporary_base()))
    folder.chmod(0o755)
    return folder
