"""Reads what the tables of a schema look like."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from psycopg import sql
from shared_db.tool_connection import ToolConnection

from rehearsal.any_schema.shape.literals import literals
from rehearsal.any_schema.shape.queries import COLUMNS, CONDITIONS, KEYS, REFERENCES, TABLES
from rehearsal.any_schema.shape.table import Column, Condition, Key, Reference, Table

Rows = list[dict[str, Any]]


def read_tables(connection: ToolConnection, schema: str) -> list[Table]:
    """All tables of a schema to which an application could write.

    Args:
        connection: the clone, as a superuser.
        schema: the schema.
    """
    found = connection.execute(TABLES, [schema]).fetchall()
    tables = [row["oid"] for row in found]
    named = {"tables": tables}
    columns = _by_table(connection.execute(COLUMNS, [tables]).fetchall())
    keys = _by_table(connection.execute(KEYS, named).fetchall())
    references = _by_table(connection.execute(REFERENCES, named).fetchall())
    conditions = _by_table(connection.execute(CONDITIONS, named).fetchall())
    return [
        Table(
            schema=schema,
            name=row["name"],
            is_partitioned=row["is_partitioned"],
            rows=_has_rows(connection, schema, row["name"]),
            columns=tuple(_column(each) for each in columns[row["oid"]]),
            keys=tuple(_key(each) for each in keys[row["oid"]]),
            references=tuple(_reference(each) for each in references[row["oid"]]),
            conditions=(*(_condition(each) for each in conditions[row["oid"]]), _bounds(row)),
            divides=tuple(row["divides"]),
        )
        for row in found
    ]


def _by_table(rows: Rows) -> defaultdict[int, Rows]:
    found: defaultdict[int, Rows] = defaultdict(list)
    for row in rows:
        found[row.pop("oid")].append(row)
    return found


def _has_rows(connection: ToolConnection, schema: str, name: str) -> bool:
    query = sql.SQL("SELECT FROM {} LIMIT 1").format(sql.Identifier(schema, name))
    return connection.execute(query).fetchone() is not None


def _column(row: dict[str, Any]) -> Column:
    return Column(**{**row, "labels": tuple(row["labels"])})


def _key(row: dict[str, Any]) -> Key:
    return Key(row["name"], tuple(row["columns"]), row["names_rows"])


def _reference(row: dict[str, Any]) -> Reference:
    parent = (row["parent_schema"], row["parent"])
    return Reference(row["name"], tuple(row["columns"]), parent, tuple(row["referenced"]))


def _condition(row: dict[str, Any]) -> Condition:
    return Condition(row["name"], tuple(row["columns"]), literals(row["text"]))


def _bounds(row: dict[str, Any]) -> Condition:
    """A partitioned table's rows must fit into one of its partitions."""
    named = tuple(value for bound in row["bounds"] for value in literals(bound))
    return Condition("", tuple(row["divides"]), tuple(dict.fromkeys(named)))
