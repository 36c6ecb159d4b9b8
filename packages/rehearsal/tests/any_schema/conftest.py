"""A database of somebody's own: two schemas, and a role that may only read them."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql
from psycopg.rows import dict_row
from shared_db.tool_connection import ToolConnection

SHOP = Path(__file__).with_name("shop.sql")


@pytest.fixture
def empty(postgres: Any) -> Iterator[str]:
    """URL of an empty database."""
    name = f"any_{secrets.token_hex(4)}"
    with psycopg.connect(postgres.url, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield postgres.url_of(name)
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def database(empty: str) -> Iterator[ToolConnection]:
    """An empty database, open."""
    with psycopg.connect(empty, autocommit=True, row_factory=dict_row) as connection:
        yield connection


@pytest.fixture
def shop(empty: str) -> Iterator[str]:
    """URL of a database with the schemas people and shop, as a role that may only read."""
    reader, password = f"reader_{secrets.token_hex(4)}", secrets.token_hex(8)
    with psycopg.connect(empty, autocommit=True) as connection:
        connection.execute(SHOP.read_bytes())
        connection.execute(
            sql.SQL("CREATE ROLE {role} LOGIN PASSWORD {password} IN ROLE pg_read_all_data").format(
                role=sql.Identifier(reader), password=sql.Literal(password)
            )
        )
        address = urlsplit(empty).netloc.rpartition("@")[2]
        yield f"postgresql://{reader}:{password}@{address}/{connection.info.dbname}"
        connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(reader)))
