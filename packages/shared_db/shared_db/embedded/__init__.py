"""The Postgres server that comes along when ``DATABASE_URL`` is empty."""

from typing import TYPE_CHECKING

from shared_db.lazy_names import lazy_names

if TYPE_CHECKING:
    from shared_db.embedded.binaries import Binaries, find_binaries, postgres_program
    from shared_db.embedded.server import EmbeddedServer
else:  # a move looks for programs, without psutil
    __getattr__ = lazy_names(
        __name__,
        {
            "binaries": ("Binaries", "find_binaries", "postgres_program"),
            "server": ("EmbeddedServer",),
        },
    )

__all__ = ["Binaries", "EmbeddedServer", "find_binaries", "postgres_program"]
