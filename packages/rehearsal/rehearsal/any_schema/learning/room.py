"""Room for rows that may be there once for each row of another table, such as a user's profile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from shared_db.tool_connection import ToolConnection

from rehearsal.any_schema.learning.examples import Parents
from rehearsal.any_schema.learning.maker import Maker
from rehearsal.any_schema.learning.search import Inserted, insert_some_row
from rehearsal.any_schema.shape import Reference, Table

_ROWS = 150


def make_room(
    connection: ToolConnection,
    parents: Parents,
    makers: Mapping[Table, Maker],
    tables: Iterable[Table],
) -> list[Table]:
    """Add rows that nothing refers to yet, so that rows that refer to them find a place.

    Args:
        connection: the clone, as a superuser, in autocommit.
        parents: told of the rows that were added.
        makers: of all tables.
        tables: those that took no row because all keys were taken.

    Returns:
        Those of them that have room now.
    """
    by_name = {(table.schema, table.name): table for table in makers}
    roomy = []
    for table in tables:
        reference = _the_one(table)
        parent = by_name.get(reference.parent) if reference else None
        if reference is None or parent is None:
            continue
        added = [_add(connection, parent, makers[parent]) for _ in range(_ROWS)]
        keys = [key for row in added if row and (key := _key(parent, reference, row))]
        if keys:
            parents.prefer(reference, keys)
            roomy.append(table)
    return roomy


def _the_one(table: Table) -> Reference | None:
    """The reference that makes out a key of the table, alone or with others."""
    for key in table.keys:
        within = [r for r in table.references if set(r.columns) <= set(key.columns)]
        if within and {name for r in within for name in r.columns} == set(key.columns):
            return within[0]
    return None


def _add(connection: ToolConnection, table: Table, maker: Maker) -> Inserted | None:
    with connection.transaction():
        found = insert_some_row(connection, table, maker)
    return found if isinstance(found, Inserted) else None


def _key(parent: Table, reference: Reference, row: Inserted) -> tuple[str, ...]:
    """The values that refer to the row; empty when they are no part of its key."""
    known = dict(zip(parent.key.columns if parent.key else (), row.key, strict=True))
    if not set(reference.referenced) <= set(known):
        return ()
    return tuple(known[name] for name in reference.referenced)
