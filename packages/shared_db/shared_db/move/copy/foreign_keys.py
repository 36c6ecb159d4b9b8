"""Foreign keys: added without a look at the rows, then checked, several at a time.

``ADD FOREIGN KEY`` checks all rows under locks on both tables, so that no two of a table could be
added together. ``VALIDATE CONSTRAINT`` locks less.
"""

from __future__ import annotations

from dataclasses import dataclass

from psycopg import sql

from shared_db.move.copy.tags import by_tag
from shared_db.move.schema_dump import Item
from shared_db.tool_connection import ToolConnection

_KEYS = """
SELECT c.relname AS table_name, con.conname AS name
  FROM pg_constraint AS con
  JOIN pg_class AS c ON c.oid = con.conrelid
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
 WHERE n.nspname = %s
   AND con.contype = 'f'
   AND con.convalidated
   AND con.conparentid = 0
   AND c.relkind = 'r'
"""


@dataclass(frozen=True)
class ForeignKey:
    """A foreign key in two steps.

    Args:
        table: the name of the table that refers.
        add: the statement that adds it for new rows.
        validate: the one that checks the rows that are there.
    """

    table: str
    add: str
    validate: str


class ForeignKeys:
    """The foreign keys of a schema that the source has checked.

    Args:
        connection: to the source.
        schema: the schema.
    """

    def __init__(self, connection: ToolConnection, schema: str) -> None:
        self._schema = schema
        rows = connection.execute(_KEYS, [schema]).fetchall()
        self._rows = by_tag(rows, "table_name", "name")

    def of(self, item: Item) -> ForeignKey | None:
        """The key that an item of a dump makes, None where the item is run as it is."""
        row = self._rows.get(item.name) if item.type == "FK CONSTRAINT" else None
        statement, semicolon, rest = item.statements.rstrip().rpartition(";")
        if row is None or not semicolon or rest:
            return None
        validate = sql.SQL("ALTER TABLE ONLY {table} VALIDATE CONSTRAINT {name}").format(
            table=sql.Identifier(self._schema, row["table_name"]),
            name=sql.Identifier(row["name"]),
        )
        return ForeignKey(row["table_name"], f"{statement} NOT VALID;", validate.as_string(None))
