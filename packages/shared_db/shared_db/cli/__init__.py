"""The command ``shared-db``."""

from __future__ import annotations

import sys

from shared_db.cli.reading import read_gently
from shared_db.errors import SharedDbError


def main() -> None:
    """Run the command; an error of ours is one sentence on standard error and exit code 1."""
    try:
        read_gently("shared_db.cli.app").app()
    except SharedDbError as error:
        sys.exit(f"shared-db: {error}")
