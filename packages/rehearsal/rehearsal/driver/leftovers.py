"""What a finished move has left behind, looked for everywhere; nothing is expected."""

from __future__ import annotations

from collections.abc import Mapping

import psycopg
from shared_db import PlacementSettings

_IN_CLUSTER = (
    ("replication slot", "SELECT slot_name FROM pg_replication_slots"),
    ("prepared transaction", "SELECT gid FROM pg_prepared_xacts"),
    (
        "connection of a move",
        (
            "SELECT application_name FROM pg_stat_activity"
            " WHERE application_name LIKE 'shared-db-move/%' AND pid <> pg_backend_pid()"
        ),
    ),
    ("database", "SELECT datname FROM pg_database WHERE datname LIKE 'shared\\_db\\_%'"),
)
_IN_DATABASE = (
    (
        "subscription",
        (
            "SELECT subname FROM pg_subscription WHERE subdbid ="
            " (SELECT oid FROM pg_database WHERE datname = current_database())"
        ),
    ),
    ("publication", "SELECT pubname FROM pg_publication"),
    (
        "fence on a live table",
        (
            "SELECT t.tgrelid::regclass::text FROM pg_trigger AS t"
            "  JOIN pg_class AS c ON c.oid = t.tgrelid"
            "  JOIN pg_namespace AS n ON n.oid = c.relnamespace"
            "  JOIN shared_db.homes AS h ON h.schema_name = n.nspname"
            " WHERE t.tgname = 'shared_db_fence' AND h.state = 'active'"
        ),
    ),
    ("marker", "SELECT name FROM shared_db.markers"),
    ("kept privilege", "SELECT DISTINCT service FROM shared_db.fenced_privileges"),
    ("run", "SELECT service FROM shared_db.homes WHERE state = 'active' AND run_id IS NOT NULL"),
    ("unfinished journal", "SELECT service FROM shared_db.moves WHERE ended_at IS NULL"),
)


def left_behind(settings: PlacementSettings) -> list[str]:
    """Everything of a move that is still there, at each server and in each database."""
    places = {}
    for placement in settings.services.values():
        for address in (placement.desired, placement.shared):
            provision = placement.provision(address)
            if _exists(provision.url(), address.database):
                places[address.place] = provision.url(address.database)
    return remains(places)


def remains(places: Mapping[tuple[str, int, str], str]) -> list[str]:
    """Everything of a move that is still there.

    Args:
        places: host, port and name of the databases, each with its URL as a superuser.
    """
    found = []
    for (host, port, database), url in places.items():
        with psycopg.connect(url, autocommit=True) as connection:
            known = connection.execute("SELECT to_regclass('shared_db.homes')").fetchone()
            checks = _IN_CLUSTER + (_IN_DATABASE if known and known[0] else ())
            for what, query in checks:
                for (name,) in connection.execute(query).fetchall():
                    found.append(f"{what} {name} at {host}:{port}/{database}")
    return sorted(set(found))


def _exists(url: str, database: str) -> bool:
    query = "SELECT FROM pg_database WHERE datname = %s"
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(query, [database]).fetchone() is not None
