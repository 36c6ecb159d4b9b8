"""Publications and subscriptions of one direction of a move."""

from __future__ import annotations

import time

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from shared_db.errors import MoveFailed
from shared_db.move.markers import DURABLE
from shared_db.move.run import Leg
from shared_db.move.slot import drop_slot
from shared_db.move.subject import Side
from shared_db.move.tables import Table
from shared_db.tool_connection import ToolConnection

_STOPPING, _POLL = 10.0, 0.05

EVERYTHING = "insert, update, delete, truncate"
"""What a publication publishes, unless it is muted."""


def create_publication(
    connection: ToolConnection,
    leg: Leg,
    tables: tuple[Table, ...],
    run_id: object,
    *,
    muted: bool = False,
) -> None:
    """Publish the tables and this run's markers, unless they are.

    An explicit list: FOR TABLES IN SCHEMA needs a superuser, and would silently lose the rows of
    a table that is added under way.

    Args:
        connection: to the leg's source.
        leg: the direction.
        tables: all of the schema.
        run_id: whose markers.
        muted: publish nothing for the time being; see ``muting``.
    """
    found = connection.execute(
        "SELECT FROM pg_publication WHERE pubname = %s", [leg.name]
    ).fetchone()
    if found is not None:
        return
    listed = [sql.SQL("ONLY ") + sql.Identifier(table.schema, table.name) for table in tables]
    markers = sql.SQL("shared_db.markers WHERE (run_id = {run} AND name <> {durable})").format(
        run=sql.Literal(str(run_id)), durable=sql.Literal(DURABLE)
    )
    connection.execute(
        sql.SQL("CREATE PUBLICATION {name} FOR TABLE {tables} WITH (publish = {what})").format(
            name=sql.Identifier(leg.name),
            tables=sql.SQL(", ").join([*listed, markers]),
            what=sql.Literal("" if muted else EVERYTHING),
        )
    )


def drop_publication(connection: ToolConnection, name: str) -> None:
    """Drop the publication if it is there."""
    connection.execute(
        sql.SQL("DROP PUBLICATION IF EXISTS {name}").format(name=sql.Identifier(name))
    )


def create_subscription(
    connection: ToolConnection, leg: Leg, *, binary: bool, patience: float
) -> None:
    """Follow the slot of that direction, unless it is followed already.

    ``origin = none`` takes only what was written at the source itself, so that the two
    directions make no circle; ``synchronous_commit = on`` keeps what a marker has confirmed.

    Args:
        connection: to the leg's target.
        leg: the direction.
        binary: whether all types have a binary form.
        patience: seconds for the one server to reach the other; it would wait for ever.

    Raises:
        MoveFailed: it did not reach it.
    """
    found = connection.execute(
        "SELECT FROM pg_subscription WHERE subname = %s"
        " AND subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())",
        [leg.name],
    ).fetchone()
    if found is not None:
        return
    name = sql.Identifier(leg.name)
    statement = sql.SQL(
        "CREATE SUBSCRIPTION {name} CONNECTION {conninfo} PUBLICATION {name} WITH ("
        "slot_name = {slot}, create_slot = false, copy_data = false, binary = {binary},"
        " origin = none, streaming = parallel, synchronous_commit = 'on')"
    ).format(
        name=name,
        slot=sql.Literal(leg.name),
        conninfo=sql.Literal(_conninfo(leg.source, leg.name)),
        binary=sql.SQL("true" if binary else "false"),
    )
    try:
        with connection.transaction():
            connection.execute(
                sql.SQL("SET LOCAL statement_timeout = {limit}").format(
                    limit=sql.Literal(f"{max(int(patience * 1000), 1)}ms")
                )
            )
            connection.execute(statement)
    except psycopg.errors.QueryCanceled as error:
        raise MoveFailed(
            f"The server of {leg.target.tool} does not reach {leg.source.link} within "
            f"{patience:.0f} s: see the network between the servers, then run `shared-db move "
            "resume`."
        ) from error


def drop_subscription(connection: ToolConnection, name: str) -> None:
    """Drop the subscription if it is there; its slot is left to whoever can reach it."""
    identifier = sql.Identifier(name)
    found = connection.execute(
        "SELECT subslotname FROM pg_subscription WHERE subname = %s"
        " AND subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())",
        [name],
    ).fetchone()
    if found is None:
        return
    for statement in ("DISABLE", "SET (slot_name = NONE)"):
        connection.execute(
            sql.SQL("ALTER SUBSCRIPTION {name} ").format(name=identifier) + sql.SQL(statement)
        )
    connection.execute(sql.SQL("DROP SUBSCRIPTION {name}").format(name=identifier))


def stop_following(connection: ToolConnection, name: str) -> None:
    """Disable the subscription, if it is there, and wait until nothing applies it any more."""
    found = connection.execute(
        "SELECT FROM pg_subscription WHERE subname = %s"
        " AND subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())",
        [name],
    ).fetchone()
    if found is None:
        return
    connection.execute(
        sql.SQL("ALTER SUBSCRIPTION {name} DISABLE").format(name=sql.Identifier(name))
    )
    deadline = time.monotonic() + _STOPPING
    while is_applying(connection, name):
        if time.monotonic() > deadline:
            raise MoveFailed(f"The worker of the subscription {name} does not end: try again.")
        time.sleep(_POLL)


def drop_leg(leg: Leg, source: ToolConnection | None, target: ToolConnection | None) -> None:
    """Remove one direction: the subscription first, then what it read from.

    Args:
        leg: the direction.
        source: where slot and publication are; None when nobody answers there.
        target: where the subscription is; None when nobody answers there.
    """
    if target is not None:
        drop_subscription(target, leg.name)
    if source is not None:
        drop_slot(source, leg.name)
        drop_publication(source, leg.name)


def is_applying(connection: ToolConnection, name: str) -> bool:
    """Whether a worker that applies this subscription runs now."""
    row = connection.execute(
        "SELECT pid FROM pg_stat_subscription WHERE subname = %s AND pid IS NOT NULL", [name]
    ).fetchone()
    return row is not None


def lag_bytes(source: ToolConnection, leg: Leg) -> int | None:
    """WAL that the other side has not confirmed, None when the slot is gone."""
    row = source.execute(
        "SELECT wal_status, pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn)::bigint"
        " AS lag FROM pg_replication_slots WHERE slot_name = %s",
        [leg.name],
    ).fetchone()
    if row is None or row["wal_status"] == "lost":
        return None
    return int(row["lag"] or 0)


def apply_failure(target: ToolConnection, leg: Leg) -> str:
    """A sentence about errors of the apply worker, empty when there are none."""
    try:
        row = target.execute(
            "SELECT apply_error_count AS errors FROM pg_stat_subscription_stats WHERE subname = %s",
            [leg.name],
        ).fetchone()
    except psycopg.errors.UndefinedTable:
        return ""
    errors = int(row["errors"]) if row else 0
    return f"the subscription {leg.name} met {errors} error(s), see the log" if errors else ""


def _conninfo(source: Side, name: str) -> str:
    given: dict[str, str | int | None] = {
        **dict(source.link.options),
        "host": source.link.host,
        "port": source.link.port,
        "dbname": source.link.database,
        "user": source.login.user,
        "password": source.login.password or None,
        "application_name": name,
    }
    return make_conninfo("", **given)
