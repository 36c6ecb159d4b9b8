"""The environment in which the programs of Postgres run."""

from __future__ import annotations

import os

_LEFT_OUT = ("PG", "LC_", "LANG", "TZ", "EMBEDDED_", "LISTEN_", "NOTIFY_")


def program_environment() -> dict[str, str]:
    """This process's environment without what would change how Postgres behaves."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_LEFT_OUT)}
    return kept | {"LC_ALL": "C", "TZ": "UTC"}
