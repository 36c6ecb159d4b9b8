"""Functions whose text reaches across the boundary; Postgres keeps no dependency for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from psycopg import sql

from shared_db.check.finding import Verdict
from shared_db.move.inspect.catalog_names import CatalogNames
from shared_db.move.inspect.housed import USER_SCHEMAS
from shared_db.move.inspect.obstacle import Obstacle
from shared_db.move.inspect.sql_names import identifiers, mentions
from shared_db.tool_connection import ToolConnection

_ROUTINES = sql.SQL("""
    WITH user_schema AS ({user_schemas})
    SELECT p.oid::regprocedure::text AS name, n.nspname AS schema, p.prosrc AS text,
           l.lanname IN ('sql', 'plpgsql') AS is_sql,
           (SELECT substr(c, length('search_path=') + 1)
              FROM unnest(p.proconfig) AS c
             WHERE c LIKE 'search\\_path=%%') AS search_path
      FROM pg_proc AS p
      JOIN user_schema AS n ON n.oid = p.pronamespace
      JOIN pg_language AS l ON l.oid = p.prolang
     WHERE l.lanname NOT IN ('internal', 'c')
       AND p.prokind IN ('f', 'p')
       AND NOT EXISTS (
               SELECT FROM pg_depend AS x
                WHERE x.deptype = 'e' AND (x.classid, x.objid) = ('pg_proc'::regclass, p.oid)
           )
     ORDER BY 1
""").format(user_schemas=USER_SCHEMAS)


def find_crossing_bodies(connection: ToolConnection, schema: str) -> Iterator[Obstacle]:
    """Functions and procedures that name, or may name, what is across the boundary."""
    names = CatalogNames.read(connection)
    for routine in connection.execute(_ROUTINES, {}):
        certain, possible = _reached(routine, schema, names)
        if certain:
            yield _obstacle(routine, schema, sorted(certain), Verdict.BLOCKS)
        if possible - certain:
            yield _obstacle(routine, schema, sorted(possible - certain), Verdict.WARNS)


def _reached(
    routine: dict[str, Any], schema: str, names: CatalogNames
) -> tuple[set[str], set[str]]:
    """What the text names across the boundary: as code, and perhaps."""
    own = routine["schema"]
    fixed = routine["search_path"] is not None
    others = [schema] if own != schema else sorted(set(names.objects) - {schema})
    path = identifiers(routine["search_path"]) if fixed else [own, *others]
    certain: set[str] = set()
    possible: set[str] = set()
    for mention in mentions(routine["text"]):
        found = names.resolve(mention, path)
        if found is None or (found[0] == schema) == (own == schema):
            continue
        is_code = routine["is_sql"] and not mention.in_literal
        is_certain = is_code and (bool(mention.schema) or fixed)
        (certain if is_certain else possible).add(found[1])
    return certain, possible


def _obstacle(
    routine: dict[str, Any], schema: str, reached: list[str], verdict: Verdict
) -> Obstacle:
    name, objects = routine["name"], ", ".join(reached)
    is_certain = verdict is Verdict.BLOCKS
    does = "names" if is_certain else "may mean"
    stays = "which stays behind" if routine["schema"] == schema else "which moves away"
    literal = re.sub("'", "''", name)
    return Obstacle(
        code="crossing-body" if is_certain else "crossing-text",
        verdict=verdict,
        objects=(name, *reached),
        sentence=f"The body of {name} {does} {objects}, {stays}.",
        remedy=f"On the source, read it (`SELECT pg_get_functiondef('{literal}'::regprocedure)`) "
        f"and replace it without {'these names' if is_certain else 'them if it means them'}, "
        f"or drop it: `DROP ROUTINE {name}`.",
    )
