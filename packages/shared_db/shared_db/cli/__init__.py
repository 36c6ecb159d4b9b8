"""The command ``shared-db``."""

from __future__ import annotations

import sys

from shared_db.errors import SharedDbError


def main() -> None:
    """Run the command; an error of ours is one sentence on standard error and exit code 1."""
    try:
        from shared_db.cli.app import app  # noqa: PLC0415
    except ModuleNotFoundError as error:
        sys.exit(
            f"shared-db needs {error.name}, which is not installed: "
            "install outgrow-shared-db with its extra [cli]."
        )
    try:
        app()
    except SharedDbError as error:
        sys.exit(f"shared-db: {error}")
