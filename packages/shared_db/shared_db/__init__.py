"""A schema per service: where it lives, its sessions, migrations, roles and moves."""

from shared_db.service import Service, discover, find
from shared_db.tables import schema_registry

__all__ = ["Service", "discover", "find", "schema_registry"]
