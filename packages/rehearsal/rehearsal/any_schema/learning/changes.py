"""Changes of one row in memory: another key, another reference, another value."""

from __future__ import annotations

from random import Random

from rehearsal.any_schema.learning.examples import Parents, Row
from rehearsal.any_schema.shape import Column, Reference, Table
from rehearsal.any_schema.values import invented, varied

_FEW_VALUES = frozenset({"bool", "date"})


class NoParent(Exception):
    """A row must refer to one of a table that has none."""


class Changes:
    """Changes rows of one table, before they are written.

    Args:
        table: which.
        examples: rows that are there; may be empty.
        parents: where references point to.
        random: what chooses.
    """

    def __init__(self, table: Table, examples: list[Row], parents: Parents, random: Random) -> None:
        self._table = table
        self._examples = examples
        self._parents = parents
        self._random = random
        self._references = {name: r for r in table.references for name in r.columns}

    def value(self, column: Column) -> str | None:
        """A value for a column, like those that are there."""
        found = [row[column.name] for row in self._examples if row.get(column.name) is not None]
        return varied(column, self._random.choice(found) if found else None, self._random)

    def fill(self, row: Row, column: Column) -> None:
        """Give a column a value that it may have."""
        reference = self._references.get(column.name)
        if reference is not None:
            self._point(row, reference)
            return
        literals = self._literals(column.name)
        row[column.name] = self._random.choice(literals) if literals else self._any(column)

    def renew(self, row: Row, columns: tuple[str, ...]) -> None:
        """Another key: by the default, else in the column that has most values of its own."""
        known = [self._table.by_name[name] for name in columns]
        if any(not column.is_given or column.name not in row for column in known):
            return
        with_default = [column for column in known if column.has_default]
        if with_default:
            del row[with_default[0].name]
            return
        self.change_key(row, columns)

    def change_key(self, row: Row, columns: tuple[str, ...]) -> None:
        """Another value for a key, in the column that has most of its own."""
        known = [self._table.by_name[name] for name in columns]
        free = [c for c in known if c.is_given and c.name not in self._references]
        wide = [c for c in free if not c.labels and c.kind not in _FEW_VALUES]
        wide = [c for c in wide if c.name not in self._table.divides] or wide
        if wide:
            column = self._random.choice(wide)
            row[column.name] = self._changed(column, row.get(column.name))
            return
        for column in free:
            row[column.name] = self._changed(column, row.get(column.name))
        self.refer(row, columns)

    def refer(self, row: Row, columns: tuple[str, ...]) -> None:
        """Let the references of these columns point to other rows.

        Raises:
            NoParent: there are none.
        """
        whole = [r for r in self._table.references if set(r.columns) <= set(columns)]
        touched = [r for r in self._table.references if set(r.columns) & set(columns)]
        for reference in whole or touched:
            self._point(row, reference)

    def tinker(self, row: Row, column: Column) -> None:
        """Give a column any other value, or none."""
        ways = [self._any(column), invented(column, self._random)]
        if literals := self._literals(column.name):
            ways.append(self._random.choice(literals))
        if not column.required:
            ways.append(None)
        if column.name in self._references:
            if column.required or self._random.random() < 0.5:
                self.refer(row, (column.name,))
            else:
                row[column.name] = None
        elif column.has_default and self._random.random() < 0.3:
            row.pop(column.name, None)
        else:
            row[column.name] = self._random.choice(ways)

    def _point(self, row: Row, reference: Reference) -> None:
        """Let a row refer to one that is there, or to none where it may."""
        keys = self._parents.keys(reference)
        if keys:
            fitting = self._fitting(row, reference, keys) if self._random.random() < 0.7 else keys
            chosen = self._random.choice(fitting or keys)
            row.update(zip(reference.columns, chosen, strict=True))
            return
        optional = [c for c in reference.columns if not self._table.by_name[c].required]
        if not optional:
            raise NoParent(f"it refers to {'.'.join(reference.parent)}, which has no rows")
        row[self._random.choice(optional)] = None

    def _fitting(
        self, row: Row, reference: Reference, keys: list[tuple[str, ...]]
    ) -> list[tuple[str, ...]]:
        """Keys that leave columns alone which another reference uses too, such as a tenant."""
        others = {c for r in self._table.references if r is not reference for c in r.columns}
        shared = [(place, c) for place, c in enumerate(reference.columns) if c in others]
        return [key for key in keys if all(key[place] == row.get(c) for place, c in shared)]

    def _any(self, column: Column) -> str | None:
        return self.value(column) if self._examples else invented(column, self._random)

    def _changed(self, column: Column, value: str | None) -> str | None:
        return varied(column, value, self._random)

    def _literals(self, column: str) -> list[str]:
        return [v for one in self._table.conditions if column in one.columns for v in one.literals]
