"""A move of the sample service orders, made by SQL: what the databases hold, without the tool."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
from shared_db.provision import claim_database, create_database, ensure_roles, ensure_schema
from shared_db.reconcile import apply

RUN = UUID("018f0000-0000-7000-8000-000000000001")

_FENCE = "SELECT shared_db.revoke_privileges('orders'), shared_db.guard('orders', false);"

_PATIENCE = 10.0


async def until(condition: Callable[[], bool], *, seen: int = 1) -> None:
    """Wait for a condition, looking again and again.

    Args:
        condition: asks the server, as a rule.
        seen: how often it must hold in a row, where the process learns it later than the server.
    """
    left = seen
    async with asyncio.timeout(_PATIENCE):
        while left:
            left = left - 1 if condition() else seen
            await asyncio.sleep(0.01)


class HandMove:
    """Moves orders between the project's shared database and one of its own.

    Args:
        project: from the fixture of that name.
    """

    def __init__(self, project: Any) -> None:
        self.project = project
        self.source: str = project.slug
        self.target: str = f"{project.slug}_orders"
        self.role = f"{project.slug}_orders"
        self.epoch = 1
        apply(project.settings())
        project.set("ORDERS_PLACEMENT", "databases")
        placement = project.settings().of("orders")
        ensure_roles(project.slug, placement, placement.desired)
        create_database(placement.provision(placement.desired), self.target)
        claim_database(project.slug, placement, placement.desired)
        ensure_schema(placement, placement.desired)
        project.set("ORDERS_PLACEMENT", "schemas")
        self.at(
            self.target,
            f"SET ROLE {self.role}_owner;"
            "CREATE TABLE orders.orders (id uuid PRIMARY KEY, note text NOT NULL);"
            "CREATE TABLE orders.alembic_version (version_num varchar(32) PRIMARY KEY);"
            f"REVOKE INSERT, UPDATE, DELETE ON orders.alembic_version FROM {self.role};",
        )

    def at(self, database: str, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Run a statement as the superuser in one of the databases."""
        rows: list[tuple[Any, ...]] = self.project.query(database, statement, values or None)
        return rows

    def stand_by(self, run: UUID = RUN) -> None:
        """The next home stands by, fenced but for those that warm."""
        self.at(
            self.target,
            "INSERT INTO shared_db.homes AS h (service, epoch, run_id, state, peer, schema_name,"
            " login_roles, owner_role) VALUES ('orders', %s, %s, 'standby', %s, 'orders', %s, %s)"
            " ON CONFLICT (service) DO UPDATE SET epoch = EXCLUDED.epoch, run_id = EXCLUDED.run_id,"
            " state = 'standby', peer = EXCLUDED.peer, moved_to = NULL",
            self.epoch + 1,
            run,
            self.place(self.source),
            [self.role],
            f"{self.role}_owner",
        )
        self.at(
            self.target,
            "SELECT shared_db.restore_privileges('orders'), shared_db.guard('orders', true)",
        )

    def claim(self, run: UUID = RUN) -> None:
        """The home says that it is about to move."""
        self.at(
            self.source,
            "UPDATE shared_db.homes SET run_id = %s, peer = %s WHERE service = 'orders'",
            run,
            self.place(self.target),
        )

    def release(self) -> None:
        """The home says that it is not moving any more."""
        self.at(
            self.source,
            "UPDATE shared_db.homes SET run_id = NULL, peer = NULL WHERE service = 'orders'",
        )

    def cut(self, *, marker: bool = True) -> None:
        """The commit point: fence and row in one transaction on the home."""
        if marker:
            self.mark()
        self.at(self.source, self.cut_statement())

    def cut_statement(self) -> str:
        """What the commit point consists of."""
        return (
            f"SELECT pg_advisory_xact_lock(shared_db.lock_key('orders')); {_FENCE}"
            f"UPDATE shared_db.homes SET state = 'moved', run_id = '{RUN}',"
            f" moved_to = '{self.place(self.target)}' WHERE service = 'orders'"
        )

    @contextmanager
    def cutting(self) -> Iterator[psycopg.Connection[Any]]:
        """The commit point before its COMMIT, which comes at the end; writers wait meanwhile."""
        self.mark()
        with self._open(self.source) as connection:
            connection.execute("LOCK TABLE orders.orders IN EXCLUSIVE MODE")
            connection.execute(self.cut_statement())
            yield connection

    def mark(self) -> None:
        """All rows have arrived at the next home."""
        self.at(
            self.target,
            "INSERT INTO shared_db.markers VALUES (%s, %s)",
            RUN,
            f"cut:{self.epoch + 1}",
        )

    def promote(self) -> None:
        """The tool's part after the commit point."""
        self.at(self.target, "SELECT shared_db.promote('orders', %s, %s)", self.epoch + 1, RUN)

    def turn(self) -> None:
        """From now on the other way."""
        self.source, self.target = self.target, self.source
        self.epoch += 1

    def place(self, database: str) -> str:
        """A database as another one's row names it."""
        ((identity,),) = self.at(database, "SELECT id FROM shared_db.identity")
        address = self.project.settings().of("orders").desired.named(database)
        return json.dumps({"identity": str(identity), **address.as_json()})

    def state(self, database: str) -> str:
        """What the database says it is to orders."""
        ((state,),) = self.at(database, "SELECT state FROM shared_db.homes")
        return str(state)

    def backends(self, database: str) -> dict[int, str]:
        """The service's connections there: process ids and names."""
        rows = self.at(
            database,
            "SELECT pid, application_name FROM pg_stat_activity"
            " WHERE datname = current_database() AND usename = %s",
            self.role,
        )
        return dict(rows)

    def end_backends(self, database: str) -> None:
        """End the service's connections there, and wait until they are gone."""
        self.at(
            database,
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND usename = %s",
            self.role,
        )

    @contextmanager
    def locked(self, database: str, table: str = "orders.orders") -> Iterator[None]:
        """Nobody else can use the table."""
        with self._open(database) as connection:
            connection.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
            yield

    def waiting(self, database: str) -> int:
        """How many of the service's connections there wait for a lock."""
        ((count,),) = self.at(
            database,
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND usename = %s AND wait_event_type = 'Lock'",
            self.role,
        )
        return int(count)

    def _open(self, database: str) -> psycopg.Connection[Any]:
        server, _, _ = self.project.url.rpartition("/")
        return psycopg.connect(f"{server}/{database}")

    def looks(self, database: str) -> int:
        """How often ``homes`` has been read there, which each look does once."""
        ((scans,),) = self.at(
            database,
            "SELECT seq_scan + coalesce(idx_scan, 0) FROM pg_stat_user_tables"
            " WHERE relid = 'shared_db.homes'::regclass",
        )
        return int(scans)

    def written(self, database: str) -> tuple[Any, ...]:
        """Counts of what transactions there did to orders, rolled back or not."""
        (counts,) = self.at(
            database,
            "SELECT n_tup_ins, n_tup_upd, n_tup_del, pg_relation_size(relid)"
            " FROM pg_stat_user_tables WHERE relid = 'orders.orders'::regclass",
        )
        return counts

    def notes(self, database: str) -> list[str]:
        """What has been written there."""
        return [note for (note,) in self.at(database, "SELECT note FROM orders.orders")]
