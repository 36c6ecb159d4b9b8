"""What a move has left in a database that should be clean."""

from __future__ import annotations

import psycopg

_QUERIES = {
    "slot": "SELECT slot_name FROM pg_replication_slots WHERE database = current_database()",
    "publication": "SELECT pubname FROM pg_publication",
    "subscription": (
        "SELECT subname FROM pg_subscription WHERE subdbid ="
        " (SELECT oid FROM pg_database WHERE datname = current_database())"
    ),
    "marker": "SELECT name FROM shared_db.markers",
    "kept privilege": "SELECT object FROM shared_db.fenced_privileges",
    "journal": "SELECT phase FROM shared_db.moves WHERE ended_at IS NULL",
    "standby": "SELECT service FROM shared_db.homes WHERE state = 'standby'",
    "run": "SELECT service FROM shared_db.homes WHERE state = 'active' AND run_id IS NOT NULL",
    "connection": (
        "SELECT application_name FROM pg_stat_activity"
        " WHERE application_name LIKE 'shared-db-move/%' AND datname = current_database()"
    ),
    "prepared transaction": "SELECT gid FROM pg_prepared_xacts",
    "fence": (
        "SELECT t.tgrelid::regclass::text FROM pg_trigger AS t"
        "  JOIN pg_class AS c ON c.oid = t.tgrelid"
        "  JOIN pg_namespace AS n ON n.oid = c.relnamespace"
        "  JOIN shared_db.homes AS h ON h.schema_name = n.nspname AND h.state = 'active'"
        " WHERE t.tgname = 'shared_db_fence'"
    ),
}


def remains_in(url: str) -> list[str]:
    """Everything that is there and should not be; nothing where there is no database."""
    found = []
    try:
        connection = psycopg.connect(url, autocommit=True)
    except psycopg.OperationalError as error:
        if "does not exist" in str(error):
            return []
        raise
    with connection:
        known = connection.execute("SELECT to_regclass('shared_db.homes')").fetchone()
        if known is None or known[0] is None:
            return []
        for what, query in _QUERIES.items():
            found += [f"{what} {row[0]}" for row in connection.execute(query).fetchall()]
    return found
