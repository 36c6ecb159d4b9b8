"""A hold learns from a deadlock in which order the application takes its tables."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from move_servers import Server
from shared_db.move.lock_order import LockOrder

_WAITING = "SELECT EXISTS (SELECT FROM pg_locks WHERE pid = %s AND NOT granted)"


@pytest.fixture
def tables(second_server: Server) -> Iterator[tuple[str, dict[str, int]]]:
    url = second_server.url()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE older (); CREATE TABLE newer ()")
        rows = connection.execute(
            "SELECT relname, oid::bigint FROM pg_class WHERE relname IN ('older', 'newer')"
        ).fetchall()
        yield url, dict(rows)
        connection.execute("DROP TABLE older, newer")


def test_after_a_deadlock_tables_are_locked_in_the_order_of_the_application(
    tables: tuple[str, dict[str, int]],
) -> None:
    url, oids = tables
    order = LockOrder()
    assert order.arranged(sorted(oids.values())) == [oids["older"], oids["newer"]]
    with (
        psycopg.connect(url) as application,
        psycopg.connect(url) as hold,
        ThreadPoolExecutor(1) as beside,
    ):
        application.execute("LOCK newer IN ROW EXCLUSIVE MODE")
        application.execute("SET deadlock_timeout = '30s'")  # the hold looks first, and gives in
        hold.execute("SET deadlock_timeout = '20ms'")
        hold.execute("LOCK older IN EXCLUSIVE MODE")
        locking = beside.submit(application.execute, "LOCK older IN ROW EXCLUSIVE MODE")
        while not _waits(url, application.info.backend_pid):
            assert not locking.done(), "nothing is in the application's way"
        with pytest.raises(psycopg.errors.DeadlockDetected) as caught:
            hold.execute("LOCK newer IN EXCLUSIVE MODE")
        hold.rollback()
        locking.result(timeout=30)
        order.learn(caught.value, hold.info.backend_pid)
    assert order.arranged(sorted(oids.values())) == [oids["newer"], oids["older"]]


def test_other_errors_tell_nothing_and_new_tables_come_last() -> None:
    order = LockOrder()
    order.arranged([2, 3])
    order.learn(psycopg.errors.LockNotAvailable("later"), 1)
    order.learn(psycopg.errors.DeadlockDetected("without details"), 1)
    assert order.arranged([1, 3, 2]) == [2, 3, 1]


def _waits(url: str, pid: int) -> bool:
    with psycopg.connect(url) as connection:
        row = connection.execute(_WAITING, [pid]).fetchone()
        return bool(row and row[0])
