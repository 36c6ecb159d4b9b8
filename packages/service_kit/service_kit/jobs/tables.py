"""The table of jobs; a released definition is history, as with the tables of events."""

from __future__ import annotations

from functools import cache

from shared_db import schema_registry
from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB


def jobs_table(metadata: MetaData) -> list[Table]:
    """Jobs; ``available_at`` is when one may be taken: when it is due, or when its lease ends."""
    table = Table(
        "jobs",
        metadata,
        Column("id", Uuid(), primary_key=True),
        Column("kind", Text(), nullable=False),
        Column("payload", JSONB(), nullable=False),
        Column("unique_key", Text()),
        Column("state", Text(), nullable=False),
        Column("attempts", Integer(), nullable=False),
        Column("available_at", DateTime(timezone=True), nullable=False),
        Column("lease", Uuid()),
        Column("result", JSONB()),
        Column("error", Text()),
        Column("created_at", DateTime(timezone=True), nullable=False),
        Column("finished_at", DateTime(timezone=True)),
        CheckConstraint("state IN ('queued', 'running', 'done', 'failed')", name="state"),
    )
    open_ones = text("finished_at IS NULL")
    Index("ix_jobs_available_at", table.c.available_at, postgresql_where=open_ones)
    Index(
        "uq_jobs_unique_key",
        table.c.kind,
        table.c.unique_key,
        unique=True,
        postgresql_where=open_ones,
    )
    return [table]


@cache
def jobs_of(schema: str) -> Table:
    """The jobs in that schema, for statements."""
    return jobs_table(schema_registry(schema).metadata)[0]
