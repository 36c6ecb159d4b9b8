"""A database with a schema that could move, and another schema beside it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql
from shared_db.address import Address, parse_url
from shared_db.move.inspect.obstacle import Obstacle
from shared_db.move.subject import Side, Subject, connect
from shared_db.testing.leftovers import drop_all
from shared_db.tool_connection import ToolConnection

_CLEAN = """
    CREATE ROLE {owner} NOLOGIN;
    CREATE ROLE {app} LOGIN PASSWORD 'app';
    CREATE SCHEMA {s} AUTHORIZATION {owner};
    CREATE SCHEMA {o};
    SET ROLE {owner};
    CREATE TYPE {s}."State" AS ENUM ('open', 'paid');
    CREATE DOMAIN {s}.amount AS numeric(12, 2) CHECK (value >= 0);
    CREATE SEQUENCE {s}."Numbers";
    CREATE TABLE {s}."Orders" (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        number bigint NOT NULL DEFAULT nextval('{s}."Numbers"'),
        state {s}."State" NOT NULL DEFAULT 'open',
        total {s}.amount NOT NULL DEFAULT 0
    );
    CREATE TABLE {s}.lines (
        order_id bigint REFERENCES {s}."Orders",
        line int,
        states {s}."State"[],
        PRIMARY KEY (order_id, line)
    ) PARTITION BY RANGE (order_id);
    CREATE TABLE {s}.lines_1 PARTITION OF {s}.lines FOR VALUES FROM (1) TO (1000);
    CREATE INDEX ON {s}.lines (line);
    CREATE VIEW {s}.open_orders AS SELECT * FROM {s}."Orders" WHERE state = 'open';
    CREATE FUNCTION {s}.touch() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM 1 FROM {s}.lines WHERE order_id = new.id;  -- not in {o}.customers
        RETURN new;
    END
    $$;
    CREATE TRIGGER touch BEFORE INSERT ON {s}."Orders" FOR EACH ROW EXECUTE FUNCTION {s}.touch();
    ALTER TABLE {s}."Orders" ENABLE ROW LEVEL SECURITY;
    CREATE POLICY everyone ON {s}."Orders" USING (true);
    GRANT USAGE ON SCHEMA {s} TO {app};
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {s} TO {app};
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA {s} TO {app};
    RESET ROLE;
    CREATE TABLE {o}.customers (id bigint PRIMARY KEY, mail text);
    CREATE FUNCTION {o}.greet() RETURNS text LANGUAGE sql AS $$ SELECT 'hello' $$;
"""


class Ground:
    """Where a schema is inspected; statements use ``{s}`` for it and ``{o}`` for the other one."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.slug = f"t{secrets.token_hex(4)}"
        maintenance, login = parse_url(url, variable="test", default_database="postgres")
        assert login is not None
        self.maintenance, self.login = maintenance, login
        self.schema = "Order Desk"
        self.subject = Subject(
            name="desk",
            schema=self.schema,
            roles=(f"{self.slug}_app",),
            owner=f"{self.slug}_Owner",
            project=self.slug,
        )
        self._open: list[ToolConnection] = []
        self.create_database(self.slug)
        self.source = self.connect(self.slug)
        self.run(_CLEAN)

    def side(self, database: str) -> Side:
        """A database of the test server as a side of a move."""
        address: Address = self.maintenance.named(database)
        return Side(address=address, tool=address, login=self.login, link=address)

    def connect(self, database: str) -> ToolConnection:
        """Another connection of the tool; closed at the end."""
        self._open.append(connect(self.side(database)))
        return self._open[-1]

    def create_database(self, name: str) -> None:
        """Create a database; dropped at the end, as its name begins with the slug."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {name} TEMPLATE template0").format(
                    name=sql.Identifier(name)
                )
            )

    def run(self, statement: str, connection: ToolConnection | None = None) -> list[dict[str, Any]]:
        """Run statements as the superuser; the last one's rows, if it has any."""
        names = {
            "s": self.schema,
            "o": "other",
            "app": self.subject.roles[0],
            "owner": self.subject.owner,
            "role": f"{self.slug}_Role",
            "group": f"{self.slug}_group",
            "database": self.slug,
        }
        text = sql.SQL(statement).format(
            **{key: sql.Identifier(name) for key, name in names.items()}
        )
        cursor = (connection or self.source).execute(text)
        while cursor.nextset():
            pass
        return cursor.fetchall() if cursor.description else []

    def name(self, text: str) -> str:
        """The text with ``{s}`` and the like as the obstacles spell them."""
        return text.format(
            s='"Order Desk"',
            app=self.subject.roles[0],
            owner=f'"{self.subject.owner}"',
            role=f'"{self.slug}_Role"',
            group=f"{self.slug}_group",
        )

    def follow(self, obstacle: Obstacle, connection: ToolConnection | None = None) -> None:
        """Run the statement that the remedy names."""
        for statement in re.findall("`(.+?)`", obstacle.remedy, re.DOTALL):
            (connection or self.source).execute(statement)

    def close(self) -> None:
        """Leave nothing behind on the server."""
        for connection in self._open:
            connection.close()
        drop_all(self.url, self.slug)


@pytest.fixture
def ground(postgres: Any) -> Iterator[Ground]:
    """A fresh database of that kind."""
    made = Ground(postgres.url)
    yield made
    made.close()
