"""The tables of events, which every service that needs them has in its own schema.

Migrations create them from these definitions. A released definition is history: what has to
change later is changed by a function of its own, which a new migration calls.
"""

from __future__ import annotations

from functools import cache

from shared_db import schema_registry
from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB


def outbox_table(metadata: MetaData) -> list[Table]:
    """The events of a producer; ``position`` is its place in the feed, given in commit order."""
    return [
        Table(
            "outbox",
            metadata,
            Column("id", Uuid(), primary_key=True),
            Column("type", Text(), nullable=False),
            Column("subject", Text(), nullable=False),
            Column("data", JSONB(), nullable=False),
            Column("occurred_at", DateTime(timezone=True), nullable=False),
            Column("position", BigInteger()),
            UniqueConstraint("position"),
            Index(None, "occurred_at"),
        )
    ]


def inbox_tables(metadata: MetaData) -> list[Table]:
    """What a consumer has applied, how far it has read, and what it could not apply."""
    return [
        Table(
            "inbox",
            metadata,
            Column("producer", Text(), primary_key=True),
            Column("event_id", Uuid(), primary_key=True),
            Column("type", Text(), nullable=False),
            Column("applied_at", DateTime(timezone=True), nullable=False),
        ),
        Table(
            "feed_positions",
            metadata,
            Column("producer", Text(), primary_key=True),
            Column("position", BigInteger(), nullable=False),
        ),
        Table(
            "dead_letters",
            metadata,
            Column("producer", Text(), primary_key=True),
            Column("event_id", Uuid(), primary_key=True),
            Column("type", Text(), nullable=False),
            Column("subject", Text(), nullable=False),
            Column("data", JSONB(), nullable=False),
            Column("occurred_at", DateTime(timezone=True), nullable=False),
            Column("attempts", Integer(), nullable=False),
            Column("error", Text(), nullable=False),
            Column("failed_at", DateTime(timezone=True), nullable=False),
        ),
    ]


@cache
def outbox_of(schema: str) -> Table:
    """The outbox in that schema, for statements."""
    return outbox_table(schema_registry(schema).metadata)[0]


@cache
def inbox_of(schema: str) -> tuple[Table, Table, Table]:
    """Inbox, feed positions and dead letters in that schema, for statements."""
    inbox, positions, letters = inbox_tables(schema_registry(schema).metadata)
    return inbox, positions, letters
