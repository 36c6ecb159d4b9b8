"""What is looked for at the home: in the schema, in its database, on its server."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from shared_db.move.inspect.activity import find_crossing_transactions, find_waits
from shared_db.move.inspect.bodies import find_crossing_bodies
from shared_db.move.inspect.boundary import find_crossings
from shared_db.move.inspect.columns import find_columns
from shared_db.move.inspect.extensions import find_inside, needed_extensions
from shared_db.move.inspect.feeds import find_feeds
from shared_db.move.inspect.grants import find_grants
from shared_db.move.inspect.obstacle import Obstacle
from shared_db.move.inspect.owners import find_owning_roles
from shared_db.move.inspect.pooler import find_tool_pooler
from shared_db.move.inspect.privileges import find_privileges
from shared_db.move.inspect.replica_identity import find_replica_identities
from shared_db.move.inspect.roles import find_roles
from shared_db.move.inspect.server import Server
from shared_db.move.inspect.settings import find_settings
from shared_db.move.inspect.statements import find_crossing_statements
from shared_db.move.inspect.tables import find_tables
from shared_db.move.inspect.unhoused import find_unhoused
from shared_db.move.subject import Subject
from shared_db.tool_connection import ToolConnection

Finder = Callable[[], Iterable[Obstacle]]


def schema_finders(source: ToolConnection, subject: Subject) -> list[Finder]:
    """In the schema: what crosses its boundary, and what replication does not carry."""
    schema = subject.schema
    return [
        lambda: find_crossings(source, schema),
        lambda: find_crossing_bodies(source, schema),
        lambda: find_unhoused(source, schema),
        lambda: find_replica_identities(source, schema),
        lambda: find_tables(source, schema),
        lambda: find_columns(source, schema, subject.command("verify")),
        lambda: find_feeds(source, schema),
        lambda: find_inside(needed_extensions(source, schema)),
        lambda: find_crossing_transactions(source, schema),
        lambda: find_crossing_statements(source, schema),
    ]


def source_finders(source: ToolConnection, subject: Subject, server: Server) -> list[Finder]:
    """Around it: roles, transactions, settings, what the tool may do."""
    return [
        lambda: find_roles(source, subject),
        lambda: find_owning_roles(source, subject),
        lambda: find_grants(source, subject),
        lambda: find_waits(source, "source"),
        lambda: find_settings(server),
        lambda: find_privileges(source, subject, "source"),
        lambda: find_tool_pooler(source, "source"),
    ]
