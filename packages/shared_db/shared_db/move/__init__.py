"""Moving a schema to another database while it serves traffic."""

from shared_db.move.inspect import Obstacle, may_start
from shared_db.move.mover import Mover, Status
from shared_db.move.options import MoveOptions
from shared_db.move.parties import Parties, SchemaParties, ServiceParties
from shared_db.move.telling import Teller, to_file

__all__ = [
    "MoveOptions",
    "Mover",
    "Obstacle",
    "Parties",
    "SchemaParties",
    "ServiceParties",
    "Status",
    "Teller",
    "may_start",
    "to_file",
]
