"""A hold: writes wait, for a bounded time, while two sides are made the same."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

import psycopg
from psycopg import sql

from shared_db.move.lock_keepers import Keepers, keepers_of_locks
from shared_db.move.lock_order import LockOrder
from shared_db.move.options import MoveOptions
from shared_db.move.telling import Teller
from shared_db.tool_connection import ToolConnection

Outcome = TypeVar("Outcome")

_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 2.0
_TIMED_TRANSACTIONS_SINCE = 170000
_LOCK_SHARE = 0.6
"""Part of the budget that waiting for locks may take; the rest of a hold takes milliseconds."""

_LOCKED_TABLES = """
SELECT c.oid::bigint AS oid, n.nspname AS schema, c.relname AS name
  FROM pg_class AS c
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
 WHERE n.nspname = %s
   AND c.relkind IN ('r', 'p')
 ORDER BY c.oid
"""


class HoldGivenUp(Exception):
    """This attempt ended without an effect; another one may succeed.

    Args:
        reason: why, without a full stop.
        began: when writes began to wait, in seconds of ``time.time``; None if they did not.
        ended: when they went on; None for now.
        ending: the statements that end the transactions in its way, where these are known.
    """

    def __init__(
        self,
        reason: str,
        began: float | None = None,
        ended: float | None = None,
        ending: str = "",
    ) -> None:
        super().__init__(reason)
        self.ended = time.time() if ended is None else ended
        self.began = self.ended if began is None else began
        self.ending = ending

    @property
    def advice(self) -> str:
        """What to do when all attempts were given up."""
        if self.ending:
            return f"Try again when those transactions have ended; {self.ending} ends them."
        return "Try again when there are fewer long transactions, or with a larger --hold-budget."


def lock_statement(connection: ToolConnection, schema: str, mode: str, order: LockOrder) -> str:
    """The statement that locks all tables of the schema, partitions and what they belong to."""
    rows = connection.execute(_LOCKED_TABLES, [schema]).fetchall()
    if not rows:
        return "SELECT"
    names = {row["oid"]: sql.Identifier(row["schema"], row["name"]) for row in rows}
    tables = [sql.SQL("ONLY ") + names[oid] for oid in order.arranged(list(names))]
    return (
        sql.SQL("LOCK TABLE {tables} IN {mode} MODE")
        .format(tables=sql.SQL(", ").join(tables), mode=sql.SQL(mode))
        .as_string(None)
    )


def begin_statement(connection: ToolConnection, options: MoveOptions) -> str:
    """The statement that opens a hold's transaction, bounded by the server itself.

    A tool that is stopped in the middle must not keep writers waiting: the server ends the
    transaction. The tool is the victim of a deadlock, where it may set ``deadlock_timeout``; its
    short ``lock_timeout`` has the same effect where it may not.
    """
    budget = max(int(options.hold_budget * 1000), 1)
    settings = {
        "lock_timeout": f"{max(int(budget * _LOCK_SHARE), 1)}ms",
        "idle_in_transaction_session_timeout": f"{budget}ms",
        "statement_timeout": f"{budget}ms",
        "synchronous_commit": "on",
    }
    if connection.info.server_version >= _TIMED_TRANSACTIONS_SINCE:
        settings["transaction_timeout"] = f"{budget}ms"
    if _may_set(connection, "deadlock_timeout"):
        settings["deadlock_timeout"] = "20ms"
    lines = "".join(f"; SET LOCAL {name} = '{value}'" for name, value in settings.items())
    return f"BEGIN{lines}"


def _may_set(connection: ToolConnection, name: str) -> bool:
    row = connection.execute(
        "SELECT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)"
        " OR has_parameter_privilege(%s, 'SET') AS may",
        [name],
    ).fetchone()
    return bool(row and row["may"])


def hold_until_done(
    attempt: Callable[[], Outcome], kind: str, options: MoveOptions, teller: Teller
) -> Outcome:
    """Try a hold until it fits the budget, with growing pauses in between.

    Args:
        attempt: one hold; returns what it brought.
        kind: ``verify``, ``cut`` or ``rollback``.
        options: how often, and how long a hold may be.
        teller: told of each attempt.

    Raises:
        HoldGivenUp: all attempts failed; the message is the last one's reason.
    """
    pause, last = _FIRST_PAUSE, HoldGivenUp("there was none")
    for number in range(1, options.attempts + 1):
        try:
            return attempt()
        except HoldGivenUp as given_up:
            last = given_up
            _tell_given_up(teller, kind, given_up, attempt=number)
            time.sleep(random.uniform(pause / 2, pause))  # noqa: S311 - no secret
            pause = min(pause * 2, _LONGEST_PAUSE)
    raise last


def _tell_given_up(teller: Teller, kind: str, given_up: HoldGivenUp, *, attempt: int) -> None:
    teller.tell(
        "hold",
        kind=kind,
        ok=False,
        begin=given_up.began,
        end=given_up.ended,
        hold_ms=round((given_up.ended - given_up.began) * 1000, 2),
        reason=str(given_up),
        attempt=attempt,
    )


def tell_hold(teller: Teller, kind: str, began: float, ended: float) -> None:
    """Tell of a hold that did what it was for."""
    teller.tell(
        "hold",
        kind=kind,
        ok=True,
        begin=began,
        end=ended,
        hold_ms=round((ended - began) * 1000, 2),
        reason="",
    )


def give_up(
    connection: ToolConnection, error: psycopg.Error | str, *, began: float, schema: str, mode: str
) -> HoldGivenUp:
    """Undo the hold's transaction, which lets writers go on, and say why and who was in its way.

    Args:
        connection: the hold's.
        error: what ended it.
        began: when writes began to wait, in seconds of ``time.time``.
        schema: whose tables were to be locked.
        mode: how.
    """
    keepers = Keepers()
    if not connection.closed and not connection.broken:
        with suppress(psycopg.OperationalError, psycopg.InternalError):
            # Where the server has ended the transaction, that has undone it.
            connection.execute("ROLLBACK")
    ended = time.time()
    if isinstance(error, psycopg.errors.LockNotAvailable) and not connection.broken:
        with suppress(psycopg.Error):  # the reason stands without the names
            keepers = keepers_of_locks(connection, schema, mode)
    text = str(error).strip().splitlines()
    reason = "; ".join(filter(None, (text[0] if text else "unknown", keepers.sentence)))
    return HoldGivenUp(reason, began, ended, keepers.ending)
