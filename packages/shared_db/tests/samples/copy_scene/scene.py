"""A schema in one database, copied to another as a snapshot shows it."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql
from shared_db.address import parse_url
from shared_db.move.copy.copying import Copied, copy_schema
from shared_db.move.programs import find_programs
from shared_db.move.run import Leg
from shared_db.move.snapshots import export_snapshot
from shared_db.move.subject import Side, connect
from shared_db.testing.leftovers import drop_all

NEWEST = 18
_PATIENCE = 5.0


class Scene:
    """The two databases; statements use ``{s}`` for the schema.

    Args:
        url: the server's maintenance database, as a superuser.
        schema: what is copied.
    """

    def __init__(self, url: str, schema: str) -> None:
        self.schema = schema
        self.slug = f"t{secrets.token_hex(4)}"
        self.told: list[tuple[int, int]] = []
        self._url = url
        with psycopg.connect(url, autocommit=True) as connection:
            for name in ("source", "target"):
                create = sql.SQL("CREATE DATABASE {name} TEMPLATE template0")
                connection.execute(create.format(name=sql.Identifier(f"{self.slug}_{name}")))
        self.source, self.target = self._side("source"), self._side("target")
        self.run("CREATE SCHEMA {s}")

    def run(self, statement: str, side: Side | None = None) -> list[dict[str, Any]]:
        """Run statements at the source, or at ``side``; the last one's rows, if it has any."""
        text = sql.SQL(statement).format(s=sql.Identifier(self.schema))
        with connect(side or self.source) as connection:
            cursor = connection.execute(text)
            while cursor.nextset():
                pass
            return cursor.fetchall() if cursor.description else []

    def copy(self, jobs: int = 2) -> Copied:
        """Copy the schema."""
        with connect(self.source) as keeper:
            return copy_schema(
                find_programs(NEWEST),
                Leg(self.source, self.target, self.slug),
                self.schema,
                export_snapshot(keeper),
                run_id=self.slug,
                jobs=jobs,
                progress=lambda done, total: self.told.append((done, total)),
            )

    def both(self, query: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """What a query gives at the source and at the target."""
        return self.run(query), self.run(query, self.target)

    def connections(self) -> list[str]:
        """What the copy's connections are called that stay open; a server ends them in a moment."""
        query = (
            "SELECT application_name AS name FROM pg_stat_activity"
            f" WHERE application_name LIKE 'shared-db-move/%/{self.slug}'"
        )
        deadline = time.monotonic() + _PATIENCE
        with psycopg.connect(self._url, autocommit=True) as connection:
            while True:
                names = [name for (name,) in connection.execute(query.encode()).fetchall()]
                if not names or time.monotonic() > deadline:
                    return names
                time.sleep(0.05)

    def _side(self, name: str) -> Side:
        address, login = parse_url(self._url, variable="test", default_database="postgres")
        assert login is not None
        address = address.named(f"{self.slug}_{name}")
        return Side(address=address, tool=address, login=login, link=address)


@contextmanager
def copy_scene(url: str, schema: str = "Order Desk") -> Iterator[Scene]:
    """Make both databases, and drop them at the end."""
    scene = Scene(url, schema)
    try:
        yield scene
    finally:
        drop_all(url, scene.slug)
