"""A table that applications write to, as its definition tells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from psycopg import sql


@dataclass(frozen=True)
class Column:
    """A column.

    Args:
        name: its name.
        type: its full type, such as ``numeric(10,2)``; of a domain, the domain's name.
        kind: name of the type that a domain is of, else its own, without length.
        category: ``typcategory`` of that type, such as ``S`` for text.
        length: characters that it holds, or digits; None without a limit.
        scale: digits behind the decimal point.
        labels: of an enum.
        required: whether it may not be NULL.
        has_default: whether it gets a value where none is given.
        is_given: whether an INSERT may give it a value.
    """

    name: str
    type: str
    kind: str
    category: str
    length: int | None
    scale: int
    labels: tuple[str, ...]
    required: bool
    has_default: bool
    is_given: bool


@dataclass(frozen=True)
class Key:
    """A unique or exclusion constraint, or a unique index.

    Args:
        name: of its index, which errors name.
        columns: those that its expressions use included.
        names_rows: whether its columns, none of them NULL, tell any row from all others.
    """

    name: str
    columns: tuple[str, ...]
    names_rows: bool


@dataclass(frozen=True)
class Reference:
    """A foreign key.

    Args:
        name: of the constraint.
        columns: of the table.
        parent: schema and name of the table that it refers to.
        referenced: the columns there.
    """

    name: str
    columns: tuple[str, ...]
    parent: tuple[str, str]
    referenced: tuple[str, ...]


@dataclass(frozen=True)
class Condition:
    """A CHECK constraint of the table or of a column's domain, or a partition's bounds.

    Args:
        name: of the constraint; empty for bounds.
        columns: that it is about.
        literals: values that its text names.
    """

    name: str
    columns: tuple[str, ...]
    literals: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table; partitions are written to through the table that they are of.

    Args:
        schema: its schema.
        name: its name.
        is_partitioned: whether it has partitions.
        rows: whether it has any.
        columns: all of them.
        keys: unique ones; the best for naming rows comes first.
        references: its foreign keys.
        conditions: what its rows have to fulfil.
        divides: columns that tell in which partition a row is.
    """

    schema: str
    name: str
    is_partitioned: bool
    rows: bool
    columns: tuple[Column, ...]
    keys: tuple[Key, ...]
    references: tuple[Reference, ...]
    conditions: tuple[Condition, ...]
    divides: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}"

    @property
    def identifier(self) -> sql.Identifier:
        """Its name in a statement."""
        return sql.Identifier(self.schema, self.name)

    @property
    def source(self) -> sql.Composed:
        """Its name in a FROM clause: its own rows, not those of tables that inherit from it."""
        return sql.SQL("{only}{table}").format(
            only=sql.SQL("" if self.is_partitioned else "ONLY "), table=self.identifier
        )

    @cached_property
    def key(self) -> Key | None:
        """What names a row; None when nothing does."""
        return next((key for key in self.keys if key.names_rows), None)

    @cached_property
    def by_name(self) -> dict[str, Column]:
        """Its columns by their names."""
        return {column.name: column for column in self.columns}

    @property
    def given(self) -> Iterator[Column]:
        """The columns to which an INSERT may give a value."""
        return (column for column in self.columns if column.is_given)

    @cached_property
    def settled(self) -> frozenset[str]:
        """Columns that an UPDATE leaves alone: of keys, references and partitions."""
        groups = [key.columns for key in self.keys]
        groups += [reference.columns for reference in self.references]
        return frozenset(name for group in (*groups, self.divides) for name in group)
