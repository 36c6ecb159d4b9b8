"""Statements that have used several schemas, as pg_stat_statements remembers them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import psycopg
from psycopg import sql

from shared_db.check.finding import Verdict
from shared_db.move.inspect.catalog_names import CatalogNames
from shared_db.move.inspect.obstacle import Obstacle
from shared_db.move.inspect.sql_names import mentions
from shared_db.tool_connection import ToolConnection

_WHERE = """
    SELECT n.nspname AS schema, quote_ident(n.nspname) AS quoted,
           quote_ident(current_user) AS me, has_schema_privilege(n.oid, 'USAGE') AS is_open
      FROM pg_extension AS e
      JOIN pg_namespace AS n ON n.oid = e.extnamespace
     WHERE e.extname = 'pg_stat_statements'
"""

_STATEMENTS = """
    SELECT query, queryid, userid::bigint AS userid, dbid::bigint AS dbid, calls
      FROM {schema}.pg_stat_statements
     WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
     ORDER BY calls DESC
"""

_HIDDEN = "<insufficient privilege>"
_READS_OR_WRITES = re.compile(
    r"\s*(WITH|SELECT|INSERT|UPDATE|DELETE|MERGE|CALL|COPY)\b", re.IGNORECASE
)
_SHOWN = 160


def find_crossing_statements(connection: ToolConnection, schema: str) -> Iterator[Obstacle]:
    """Statements that named tables of the schema and of another one; nothing without the view."""
    extension = connection.execute(_WHERE).fetchone()
    if extension is None:
        return
    if not extension["is_open"]:
        yield _hidden(
            "pg_stat_statements is in a schema that this role may not use.",
            f"GRANT USAGE ON SCHEMA {extension['quoted']} TO {extension['me']}",
        )
        return
    names = CatalogNames.read(connection)
    query = sql.SQL(_STATEMENTS).format(schema=sql.Identifier(extension["schema"]))
    try:
        rows = connection.execute(query).fetchall()
    except psycopg.errors.ObjectNotInPrerequisiteState:
        return
    for row in rows:
        if not _READS_OR_WRITES.match(row["query"]):
            continue
        tables = _tables(row["query"], schema, names)
        if tables:
            yield _obstacle(row, tables, extension["quoted"])
    hidden = sum(row["query"] == _HIDDEN for row in rows)
    if hidden:
        yield _hidden(
            f"The texts of {hidden} statement(s) in pg_stat_statements are hidden from this role.",
            f"GRANT pg_read_all_stats TO {extension['me']}",
        )


def _hidden(sentence: str, grant: str) -> Obstacle:
    remedy = f"On the source, run `{grant}`."
    return Obstacle("hidden-statements", Verdict.INFORMS, (), sentence, remedy)


def _tables(query: str, schema: str, names: CatalogNames) -> list[str]:
    """The tables that the statement names, if they are in the schema and in others."""
    found = [names.resolve(mention, names.only_home(mention.name)) for mention in mentions(query)]
    named = sorted({one for one in found if one is not None})
    inside = [name for home, name in named if home == schema]
    outside = [name for home, name in named if home != schema]
    return [*inside, *outside] if inside and outside else []


def _obstacle(row: dict[str, object], tables: list[str], quoted: str) -> Obstacle:
    text = " ".join(str(row["query"]).split())
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    reset = f"{row['userid']}, {row['dbid']}, {row['queryid']}"
    return Obstacle(
        "crossing-statement",
        Verdict.WARNS,
        tuple(tables),
        f"A statement run {row['calls']} time(s) uses {', '.join(tables)} together: {shown}",
        "Let the application ask each schema by itself; then forget the statement on the source "
        f"with `SELECT {quoted}.pg_stat_statements_reset({reset})` and check again.",
    )
