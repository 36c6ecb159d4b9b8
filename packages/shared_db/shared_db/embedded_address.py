"""Where the embedded server of this project listens."""

from pathlib import Path


def running_url(data_dir: Path, database: str = "postgres") -> str | None:
    """The URL of a database of the running embedded server, None when it does not run."""
    return None
