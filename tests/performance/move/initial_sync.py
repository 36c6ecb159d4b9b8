"""The initial synchronisation of a logical subscription, which copies the tables itself."""

from __future__ import annotations

import time

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from tests.performance.move.contender import Ground
from tests.performance.move.dataset import SCHEMA, TABLES
from tests.performance.move.errors import Unavailable

_NAME = "bench_move_sync"
_POLL = 0.05
_PATIENCE = 3600.0

_STATE = """
SELECT count(*) FILTER (WHERE srsubstate <> 'r'), count(*),
       (SELECT sum(sync_error_count) FROM pg_stat_subscription_stats)
  FROM pg_subscription_rel
"""


class InitialSync:
    """CREATE SUBSCRIPTION, until all tables are ready.

    Args:
        indexes_first: whether indexes and keys are there before the rows, as users do it who
            restore the whole schema; else they are built afterwards, with pg_restore -j.
    """

    def __init__(self, *, indexes_first: bool) -> None:
        self._indexes_first = indexes_first
        when = "first" if indexes_first else "after"
        self.name = f"initial-sync-indexes-{when}"
        self.how = (
            "a subscription with its defaults after pg_restore of the whole schema"
            if indexes_first
            else "a binary subscription after pre-data, then pg_restore -j of post-data"
        )

    def copy(self, ground: Ground) -> None:
        """Restore the definitions, subscribe, wait, restore the rest."""
        dump = ground.scratch / "schema.dump"
        ground.dump("--format=custom", "--schema-only", f"--file={dump}")
        sections = [] if self._indexes_first else ["--section=pre-data"]
        ground.restore(*sections, str(dump))
        self._synchronise(ground)
        if not self._indexes_first:
            ground.restore("--section=post-data", f"--jobs={ground.jobs}", str(dump))

    def clean(self, ground: Ground) -> None:
        """Drop the subscription with its slot, and the publication."""
        name = sql.Identifier(_NAME)
        (ground.scratch / "schema.dump").unlink(missing_ok=True)
        with psycopg.connect(ground.target_url, autocommit=True) as target:
            target.execute(sql.SQL("DROP SUBSCRIPTION IF EXISTS {n}").format(n=name))
        with psycopg.connect(ground.source_url, autocommit=True) as source:
            source.execute(sql.SQL("DROP PUBLICATION IF EXISTS {n}").format(n=name))

    def _synchronise(self, ground: Ground) -> None:
        name = sql.Identifier(_NAME)
        tables = sql.SQL(", ").join([sql.Identifier(SCHEMA, table) for table in TABLES])
        with psycopg.connect(ground.source_url, autocommit=True) as source:
            source.execute(sql.SQL("CREATE PUBLICATION {n} FOR TABLE {t}").format(n=name, t=tables))
        address, login = ground.source_side.tool, ground.source_side.login
        conninfo = make_conninfo(
            host=address.host,
            port=address.port,
            dbname=address.database,
            user=login.user,
            password=login.password,
        )
        create = sql.SQL(
            "CREATE SUBSCRIPTION {n} CONNECTION {c} PUBLICATION {n} WITH (binary = {b})"
        ).format(
            n=name, c=sql.Literal(conninfo), b=sql.SQL("false" if self._indexes_first else "true")
        )
        with psycopg.connect(ground.target_url, autocommit=True) as target:
            target.execute(create)
            _wait(target)


def _wait(target: psycopg.Connection) -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        left, total, errors = target.execute(_STATE).fetchone() or (1, 0, 0)
        if total == len(TABLES) and not left:
            return
        if errors or time.monotonic() > deadline:
            raise Unavailable(f"the initial synchronisation failed: {left} table(s) not ready")
        time.sleep(_POLL)
