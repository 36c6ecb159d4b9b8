"""What stands in the way of a move: catalogs are read, nothing is changed."""

from shared_db.move.inspect.extensions import Extension, needed_extensions
from shared_db.move.inspect.inspection import inspect
from shared_db.move.inspect.obstacle import Obstacle, may_start

__all__ = ["Extension", "Obstacle", "inspect", "may_start", "needed_extensions"]
