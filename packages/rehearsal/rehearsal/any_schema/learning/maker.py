"""Makes rows for a table, and other ones by what an error tells."""

from __future__ import annotations

import re
from random import Random

import psycopg

from rehearsal.any_schema.learning.changes import Changes
from rehearsal.any_schema.learning.examples import Parents, Row
from rehearsal.any_schema.shape import Column, Key, Reference, Table

_PARAMETER = re.compile(r"parameter \$(\d+)")
_DETAIL = re.compile(r"\((.*?)\)=")

_OF_VALUES = ("22", "23", "42501", "44", "P0")
"""Classes of SQLSTATE, or whole ones, that a value can cause."""


class Maker:
    """Makes rows for one table.

    Args:
        table: which.
        examples: rows that are there; may be empty.
        parents: where references point to.
        random: what chooses.
    """

    def __init__(self, table: Table, examples: list[Row], parents: Parents, random: Random) -> None:
        self._table = table
        self._examples = examples
        self._random = random
        self._changes = Changes(table, examples, parents, random)

    def row(self, *, anew: bool = False) -> Row:
        """A row that is like one that is there but for its keys.

        Args:
            anew: make it up, in the columns that need a value alone.

        Raises:
            NoParent: it must refer to what is not there.
        """
        if anew or not self._examples:
            row = self._made_up()
        else:
            row = dict(self._random.choice(self._examples))
        for key in self._table.keys:
            self._changes.renew(row, key.columns)
        return row

    def value(self, column: Column) -> str | None:
        """A value for a column, like those that are there."""
        return self._changes.value(column)

    def amend(self, row: Row, error: psycopg.Error) -> Row:
        """Another row than the one that met an error.

        Raises:
            NoParent: it must refer to what is not there.
        """
        row, diagnosis = dict(row), error.diag
        name = diagnosis.constraint_name or ""
        match error.sqlstate:
            case "23502" if diagnosis.column_name in self._table.by_name:
                self._changes.fill(row, self._table.by_name[diagnosis.column_name or ""])
            case "23503":
                self._changes.refer(row, self._columns(name, diagnosis.message_detail))
            case "23505" | "23P01":
                self._changes.change_key(row, self._columns(name, diagnosis.message_detail))
            case "23514":
                self._fulfil(row, name)
            case _:
                self._change_any(row, diagnosis.context or "")
        return row

    def may_be_blamed(self, row: Row, error: psycopg.Error) -> bool:
        """Whether another row may be taken, since the error is about values that were given.

        A key that the database itself has made and then refuses is not: its sequence is behind.
        """
        if error.sqlstate in {"23505", "23P01"}:
            columns = self._columns(error.diag.constraint_name or "", error.diag.message_detail)
            return not columns or any(name in row for name in columns)
        return (error.sqlstate or "").startswith(_OF_VALUES)

    def _made_up(self) -> Row:
        row: Row = {}
        for column in self._table.given:
            if column.required and not column.has_default and column.name not in row:
                self._changes.fill(row, column)
        return row

    def _fulfil(self, row: Row, condition: str) -> None:
        """Change some of the columns that a condition is about."""
        named = [one for one in self._table.conditions if one.name == condition]
        columns = [name for one in named for name in one.columns] or list(self._table.by_name)
        given = [self._table.by_name[c] for c in columns if self._table.by_name[c].is_given]
        if given:
            most = self._random.randrange(1, len(given) + 1) if named else 1
            for column in self._random.sample(given, most):
                self._changes.tinker(row, column)

    def _change_any(self, row: Row, context: str) -> None:
        """Where nothing tells what is wrong but the number of a parameter, if even that."""
        found = _PARAMETER.search(context)
        names = list(row)
        if found and int(found[1]) <= len(names):
            self._changes.tinker(row, self._table.by_name[names[int(found[1]) - 1]])
        elif given := list(self._table.given):
            self._changes.tinker(row, self._random.choice(given))

    def _columns(self, constraint: str, detail: str | None) -> tuple[str, ...]:
        """Of a key or a reference: by its name, else by what the error says of the values."""
        named: tuple[Key | Reference, ...] = (*self._table.keys, *self._table.references)
        for one in named:
            if one.name == constraint:
                return one.columns
        found = _DETAIL.search(detail or "")
        names = [name.strip().strip('"') for name in found[1].split(",")] if found else []
        return tuple(name for name in names if name in self._table.by_name)
