"""What migrations call to create the tables that service_kit defines.

``op`` is Alembic's, given by the migration: a service process loads no Alembic.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from shared_db import schema_registry
from sqlalchemy import BigInteger, Column, MetaData, Table
from sqlalchemy.schema import CreateIndex, CreateTable

Definition = Callable[[MetaData], list[Table]]


def create_tables(op: Any, schema: str, *definitions: Definition) -> None:
    """Create the tables of some definitions with their indexes.

    Args:
        op: ``alembic.op``.
        schema: the service's.
        definitions: such as ``service_kit.jobs.jobs_table``.
    """
    for table in _tables(schema, definitions):
        op.execute(CreateTable(table))
        for index in sorted(table.indexes, key=lambda each: str(each.name)):
            op.execute(CreateIndex(index))


def drop_tables(op: Any, schema: str, *definitions: Definition) -> None:
    """Drop the tables of some definitions."""
    for table in reversed(_tables(schema, definitions)):
        op.drop_table(table.name, schema=schema)


def add_positions(op: Any, schema: str) -> None:
    """Give an outbox that has none the places of its events in the feed."""
    op.add_column("outbox", Column("position", BigInteger()), schema=schema)
    number_positions(op, schema)


def number_positions(op: Any, schema: str) -> None:
    """Let no two events of an outbox have the same place in the feed."""
    op.create_unique_constraint("uq_outbox_position", "outbox", ["position"], schema=schema)


def index_types(op: Any, schema: str) -> None:
    """Let consumers that want few types of events find them."""
    op.create_index("ix_outbox_type_position", "outbox", ["type", "position"], schema=schema)


def _tables(schema: str, definitions: tuple[Definition, ...]) -> list[Table]:
    metadata = schema_registry(schema).metadata
    return [table for define in definitions for table in define(metadata)]
