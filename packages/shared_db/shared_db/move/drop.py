"""Dropping a schema."""

from __future__ import annotations

from psycopg import sql

from shared_db.tool_connection import ToolConnection


def drop_schema(connection: ToolConnection, schema: str) -> None:
    """Drop a schema with all that is in it, if it is there."""
    connection.execute(
        sql.SQL("DROP SCHEMA IF EXISTS {s} CASCADE").format(s=sql.Identifier(schema))
    )
