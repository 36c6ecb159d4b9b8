"""The dependencies between a schema and the others, as ``pg_depend`` knows them.

An array, a row type or a view's rule stands for the type, table or view that made it (dependency
``i``). What an extension brought is no part of a schema: extensions are installed, not moved.
See "pg_depend" in the System Catalogs chapter of the Postgres manual.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from shared_db.move.inspect.dependency_queries import CROSSING
from shared_db.tool_connection import ToolConnection


@dataclass(frozen=True)
class Part:
    """One end of a dependency.

    Args:
        kind: as ``pg_identify_object`` names it: table column, trigger, view, …
        names: each quoted; for a part of a table: schema, table, part.
        identity: how people call it, qualified and quoted.
        schema: the schema it lives in, quoted.
    """

    kind: str
    names: tuple[str, ...]
    identity: str
    schema: str

    @property
    def name(self) -> str:
        """Its qualified name."""
        return ".".join(self.names) if len(self.names) == 3 else self.identity


@dataclass(frozen=True)
class Dependency:
    """Something in one schema that needs something in another.

    Args:
        dependent: what would break.
        reference: what it needs.
        leaves: whether the dependent is in the inspected schema, and the reference outside it.
        reference_is_free: nothing but the dependent's schema has to do with the reference.
        dependent_is_free: the dependent has to do with nothing but the reference's schema.
        is_partition: whether the dependent is a partition of the reference.
        plain_type: what a column of the reference's type can be changed to.
    """

    dependent: Part
    reference: Part
    leaves: bool
    reference_is_free: bool
    dependent_is_free: bool
    is_partition: bool
    plain_type: str


def crossing_dependencies(connection: ToolConnection, schema: str) -> Iterator[Dependency]:
    """All dependencies that cross the boundary of ``schema``, in either direction."""
    for row in connection.execute(CROSSING, {"schema": schema}):
        yield Dependency(
            dependent=_part(row, "dependent"),
            reference=_part(row, "reference"),
            leaves=row["leaves"],
            reference_is_free=row["reference_is_free"],
            dependent_is_free=row["dependent_is_free"],
            is_partition=row["is_partition"],
            plain_type=row["plain_type"],
        )


def _part(row: dict[str, Any], end: str) -> Part:
    return Part(
        kind=row[f"{end}_kind"],
        names=tuple(row[f"{end}_names"]),
        identity=row[f"{end}_identity"],
        schema=row[f"{end}_schema"],
    )
