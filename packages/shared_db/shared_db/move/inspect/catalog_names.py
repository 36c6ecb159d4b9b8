"""What the names in a piece of SQL stand for in this database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from psycopg import sql

from shared_db.move.inspect.housed import USER_SCHEMAS
from shared_db.move.inspect.sql_names import Mention
from shared_db.tool_connection import ToolConnection

_NAMED = sql.SQL("""
    WITH user_schema AS ({user_schemas})
    SELECT n.nspname AS schema, o.name, o.is_relation,
           format('%%I.%%I', n.nspname, o.name) AS qualified
      FROM (
               SELECT 'pg_class'::regclass AS classid, oid, relnamespace AS schema,
                      relname AS name, relkind <> 'S' AS is_relation
                 FROM pg_class
                WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
               UNION ALL
               SELECT 'pg_proc'::regclass, oid, pronamespace, proname, false FROM pg_proc
               UNION ALL
               SELECT 'pg_type'::regclass, oid, typnamespace, typname, false
                 FROM pg_type
                WHERE typtype IN ('d', 'e', 'r')
           ) AS o
      JOIN user_schema AS n ON n.oid = o.schema
     WHERE NOT EXISTS (
               SELECT FROM pg_depend AS x
                WHERE x.deptype = 'e' AND (x.classid, x.objid) = (o.classid, o.oid)
           )
""").format(user_schemas=USER_SCHEMAS)


@dataclass(frozen=True)
class CatalogNames:
    """The names of tables, sequences, functions and types, without the extensions'.

    Args:
        objects: schema → name → qualified and quoted name.
        relations: the schema and name of what a query can read from.
    """

    objects: Mapping[str, Mapping[str, str]]
    relations: frozenset[tuple[str, str]]

    @classmethod
    def read(cls, connection: ToolConnection) -> CatalogNames:
        """The names in the database of the connection."""
        objects: dict[str, dict[str, str]] = {}
        relations: set[tuple[str, str]] = set()
        for row in connection.execute(_NAMED, {}):
            objects.setdefault(row["schema"], {})[row["name"]] = row["qualified"]
            if row["is_relation"]:
                relations.add((row["schema"], row["name"]))
        return cls(objects, frozenset(relations))

    def resolve(self, mention: Mention, path: Iterable[str] = ()) -> tuple[str, str] | None:
        """The schema and the qualified name that a mention stands for, if it stands for any.

        Args:
            mention: the name in the text.
            path: schemas in which an unqualified name is looked for; the first that has it counts.
        """
        if mention.schema:
            return self._qualified(mention)
        for schema in path:
            if (schema, mention.name) in self.relations:
                return schema, self.objects[schema][mention.name]
        return None

    def only_home(self, relation: str) -> list[str]:
        """The schema of the relation, where just one schema has a relation of that name."""
        homes = [schema for schema, name in self.relations if name == relation]
        return homes if len(homes) == 1 else []

    def _qualified(self, mention: Mention) -> tuple[str, str] | None:
        names = self.objects.get(mention.schema)
        if names is None:
            return None
        if not mention.name:
            return mention.schema, f"{mention.schema}.…"
        return (mention.schema, names[mention.name]) if mention.name in names else None
