"""A request's transaction: committed before the reply leaves."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

import asyncpg
from fastapi import Depends, Request
from shared_db import Database
from sqlmodel.ext.asyncio.session import AsyncSession


def database_of(request: Request) -> Database:
    """The service's database."""
    database: Database = request.app.state.database
    return database


async def _database(request: Request) -> Database:
    return database_of(request)  # a plain function would be called in a thread


async def _session(request: Request) -> AsyncIterator[AsyncSession]:
    async with database_of(request).session() as session:
        yield session


async def _reader(request: Request) -> AsyncIterator[AsyncSession]:
    async with database_of(request).reader() as session:
        yield session


async def _connection(request: Request) -> AsyncIterator[asyncpg.Connection]:
    async with database_of(request).connection() as connection:
        yield connection


DatabaseDep = Annotated[Database, Depends(_database)]
"""The service's database, for handlers with several transactions."""

SessionDep = Annotated[AsyncSession, Depends(_session, scope="function")]
"""One transaction around the handler.

``scope="function"`` commits before the reply leaves; FastAPI's default would run the commit after
the reply has been sent, and a failing commit would still answer 200.
"""

ReaderDep = Annotated[AsyncSession, Depends(_reader, scope="function")]
"""A session for reads alone: no BEGIN, no COMMIT."""

ConnectionDep = Annotated[asyncpg.Connection, Depends(_connection, scope="function")]
"""A raw connection for reads on hot paths: no session, every statement on its own."""
