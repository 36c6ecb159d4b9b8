"""The command ``shared-db``."""

from __future__ import annotations

import logging
import sys

from shared_db.cli.reading import read_gently
from shared_db.errors import SharedDbError


def main() -> None:
    """Run the command; an error of ours is one sentence on standard error and exit code 1.

    The driver's warnings about connections that broke say nothing more than that sentence.
    """
    logging.getLogger("psycopg").addHandler(logging.NullHandler())
    try:
        read_gently("shared_db.cli.app").app()
    except SharedDbError as error:
        sys.exit(f"shared-db: {error}")
