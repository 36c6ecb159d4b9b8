"""Writers that go on while a schema moves, and what must be there afterwards."""

from move_load.homes import Homes, NoHome
from move_load.load import Load
from move_load.tables import create_tables

__all__ = ["Homes", "Load", "NoHome", "create_tables"]
