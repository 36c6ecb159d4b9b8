"""Moving a schema to another database while it serves traffic."""

from typing import TYPE_CHECKING

from shared_db.lazy_names import lazy_names

if TYPE_CHECKING:
    from shared_db.move.inspect import Obstacle, may_start
    from shared_db.move.mover import Mover, Status
    from shared_db.move.options import MoveOptions
    from shared_db.move.parties import Parties, SchemaParties, ServiceParties
    from shared_db.move.telling import Teller, to_file
else:  # what shows a move, or lists its commands, needs nothing that carries it out
    __getattr__ = lazy_names(
        __name__,
        {
            "inspect": ("Obstacle", "may_start"),
            "mover": ("Mover", "Status"),
            "options": ("MoveOptions",),
            "parties": ("Parties", "SchemaParties", "ServiceParties"),
            "telling": ("Teller", "to_file"),
        },
    )

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
