"""The Postgres server that comes along when ``DATABASE_URL`` is empty."""

from shared_db.embedded.binaries import Binaries, find_binaries, postgres_program
from shared_db.embedded.server import EmbeddedServer
from shared_db.embedded_address import Running

__all__ = ["Binaries", "EmbeddedServer", "Running", "find_binaries", "postgres_program"]
