"""Replication that a move would cut off: who else follows these tables, and who fills them."""

from __future__ import annotations

from collections.abc import Iterator

from shared_db.check.finding import Verdict
from shared_db.move.inspect.obstacle import Obstacle
from shared_db.move.inspect.rule import Rule, find_by
from shared_db.tool_connection import ToolConnection

_RULES = (
    Rule(
        "fed-by-subscription",
        Verdict.BLOCKS,
        "{name} is filled by the subscription {subscription}: a move carries only what is written "
        "at the home itself, so these rows would be missing.",
        "Let it be filled at the target after the move; on the source, run "
        "`ALTER SUBSCRIPTION {subscription} DISABLE; "
        "ALTER SUBSCRIPTION {subscription} SET (slot_name = NONE); "
        "DROP SUBSCRIPTION {subscription}`, and drop its slot at the publisher.",
        """
        SELECT format('%%I.%%I', n.nspname, c.relname) AS name,
               quote_ident(s.subname) AS subscription
          FROM pg_subscription_rel AS r
          JOIN pg_subscription AS s ON s.oid = r.srsubid
          JOIN pg_class AS c ON c.oid = r.srrelid
          JOIN pg_namespace AS n ON n.oid = c.relnamespace
         WHERE n.nspname = %(schema)s
           AND s.subname NOT LIKE 'shared\\_db\\_%%'
         ORDER BY 1, 2
        """,
    ),
    Rule(
        "published-elsewhere",
        Verdict.WARNS,
        "The publication {name} publishes {count} table(s) of the schema: its subscribers get "
        "nothing from the target.",
        "After the cut, at the target, run `CREATE PUBLICATION {name} {contents}`, and let the "
        "subscribers follow that.",
        """
        SELECT quote_ident(p.pubname) AS name, count(*) AS count,
               CASE WHEN p.puballtables THEN 'FOR ALL TABLES'
                    ELSE 'FOR TABLE ' || string_agg(
                        format('%%I.%%I', t.schemaname, t.tablename), ', ' ORDER BY t.tablename
                    ) END AS contents
          FROM pg_publication AS p
          JOIN pg_publication_tables AS t ON t.pubname = p.pubname
         WHERE t.schemaname = %(schema)s
           AND p.pubname NOT LIKE 'shared\\_db\\_%%'
         GROUP BY p.pubname, p.puballtables
         ORDER BY 1
        """,
    ),
)


def find_feeds(connection: ToolConnection, schema: str) -> Iterator[Obstacle]:
    """Subscriptions that fill tables of the schema, and publications that contain them."""
    yield from find_by(_RULES, connection, {"schema": schema})
