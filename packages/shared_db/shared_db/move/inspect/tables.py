"""Tables and views that logical replication does not carry, or not as they are."""

from __future__ import annotations

from collections.abc import Iterator

from shared_db.check.finding import Verdict
from shared_db.move.inspect.obstacle import Obstacle
from shared_db.move.inspect.rule import Rule, find_by
from shared_db.tool_connection import ToolConnection

_RULES = (
    Rule(
        "unlogged-table",
        Verdict.BLOCKS,
        "{name} is unlogged: its changes are in no WAL, so nothing can follow them.",
        "On the source, run `ALTER TABLE {name} SET LOGGED`.",
        """
        SELECT format('%%I.%%I', n.nspname, c.relname) AS name
          FROM pg_class AS c
          JOIN pg_namespace AS n ON n.oid = c.relnamespace
         WHERE n.nspname = %(schema)s
           AND c.relkind = 'r'
           AND c.relpersistence = 'u'
         ORDER BY 1
        """,
    ),
    Rule(
        "foreign-table",
        Verdict.BLOCKS,
        "{name} is a foreign table: its rows are on the server {server}, which the target does "
        "not know.",
        "On the source, run `DROP FOREIGN TABLE {name}`, and create it again at the target after "
        "the move.",
        """
        SELECT format('%%I.%%I', n.nspname, c.relname) AS name, s.srvname AS server
          FROM pg_class AS c
          JOIN pg_namespace AS n ON n.oid = c.relnamespace
          JOIN pg_foreign_table AS f ON f.ftrelid = c.oid
          JOIN pg_foreign_server AS s ON s.oid = f.ftserver
         WHERE n.nspname = %(schema)s
         ORDER BY 1
        """,
    ),
    Rule(
        "trigger-fires-twice",
        Verdict.BLOCKS,
        "The trigger {name} is enabled {how}: it would fire again where the rows are applied.",
        "On the source, run `ALTER TABLE {on_table} ENABLE TRIGGER {trigger}`.",
        """
        SELECT format('%%I.%%I.%%I', n.nspname, c.relname, t.tgname) AS name,
               format('%%I.%%I', n.nspname, c.relname) AS on_table,
               quote_ident(t.tgname) AS trigger,
               CASE t.tgenabled WHEN 'A' THEN 'ALWAYS' ELSE 'REPLICA' END AS how
          FROM pg_trigger AS t
          JOIN pg_class AS c ON c.oid = t.tgrelid
          JOIN pg_namespace AS n ON n.oid = c.relnamespace
         WHERE n.nspname = %(schema)s
           AND t.tgenabled IN ('A', 'R')
           AND NOT t.tgisinternal
         ORDER BY 1
        """,
    ),
    Rule(
        "forced-row-security",
        Verdict.BLOCKS,
        "{name} forces row security on its owner {owner}, as whom rows are applied: replication "
        "would stop.",
        "On the source, run `ALTER TABLE {name} NO FORCE ROW LEVEL SECURITY`.",
        """
        SELECT format('%%I.%%I', n.nspname, c.relname) AS name, r.rolname AS owner
          FROM pg_class AS c
          JOIN pg_namespace AS n ON n.oid = c.relnamespace
          JOIN pg_roles AS r ON r.oid = c.relowner
         WHERE n.nspname = %(schema)s
           AND c.relkind IN ('r', 'p')
           AND c.relrowsecurity
           AND c.relforcerowsecurity
           AND NOT (r.rolsuper OR r.rolbypassrls)
         ORDER BY 1
        """,
    ),
    Rule(
        "materialized-view",
        Verdict.INFORMS,
        "{name} is a materialized view: the target fills it anew from the copied tables and does "
        "not follow its refreshes.",
        "After the cut, at the target, run `REFRESH MATERIALIZED VIEW {name}`.",
        """
        SELECT format('%%I.%%I', n.nspname, c.relname) AS name
          FROM pg_class AS c
          JOIN pg_namespace AS n ON n.oid = c.relnamespace
         WHERE n.nspname = %(schema)s
           AND c.relkind = 'm'
         ORDER BY 1
        """,
    ),
)


def find_tables(connection: ToolConnection, schema: str) -> Iterator[Obstacle]:
    """Unlogged and foreign tables, triggers that would fire twice, forced row security, views."""
    yield from find_by(_RULES, connection, {"schema": schema})
