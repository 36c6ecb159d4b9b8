"""A move of the sample service orders, made by SQL: what the databases hold, without the tool."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import psycopg
from shared_db.provision import claim_database, create_database, ensure_roles, ensure_schema
from shared_db.reconcile import apply

RUN = UUID("018f0000-0000-7000-8000-000000000001")

_FENCE = "SELECT shared_db.revoke_privileges('orders'), shared_db.guard('orders', false);"


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
            "CREATE TABLE orders.orders (id uuid PRIMARY KEY, note text NOT NULL);",
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

    def notes(self, database: str) -> list[str]:
        """What has been written there."""
        return [note for (note,) in self.at(database, "SELECT note FROM orders.orders")]


def connect(move: HandMove, database: str) -> psycopg.Connection[Any]:
    """A connection of the superuser, for transactions that stay open."""
    server, _, _ = move.project.url.rpartition("/")
    return psycopg.connect(f"{server}/{database}")
