"""Where this service's schema lives, for whoever watches over placement."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import asyncpg
from fastapi import APIRouter, Depends

from service_kit.access import require
from service_kit.bodies import ResponseBody
from service_kit.docs import responses
from service_kit.principal import Principal
from service_kit.problems import InsufficientScope, InvalidToken
from service_kit.sessions import DatabaseDep

router = APIRouter(tags=["operations"])

_TABLES = """
SELECT c.relname AS name,
       greatest(c.reltuples, 0)::bigint AS rows,
       pg_total_relation_size(c.oid) AS bytes
  FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 WHERE n.nspname = $1
   AND c.relkind IN ('r', 'p', 'm')
 ORDER BY c.relname
"""


_LOAD = """
SELECT (SELECT count(*) FROM pg_catalog.pg_stat_activity
         WHERE datname = current_database() AND usename = session_user) AS sessions,
       coalesce(sum(t.seq_tup_read + t.idx_tup_fetch), 0)::bigint AS rows_read,
       coalesce(sum(t.n_tup_ins), 0)::bigint AS rows_inserted,
       coalesce(sum(t.n_tup_upd), 0)::bigint AS rows_updated,
       coalesce(sum(t.n_tup_del), 0)::bigint AS rows_deleted,
       coalesce(sum(i.heap_blks_read + i.idx_blks_read), 0)::bigint AS blocks_read,
       coalesce(sum(i.heap_blks_hit + i.idx_blks_hit), 0)::bigint AS blocks_cached,
       now() AS at
  FROM pg_catalog.pg_stat_user_tables AS t
  JOIN pg_catalog.pg_statio_user_tables AS i USING (relid)
 WHERE t.schemaname = $1
"""

_MOVE = """
SELECT run_id, peer ->> 'host' AS host, (peer ->> 'port')::int AS port,
       peer ->> 'database' AS database
  FROM shared_db.homes
 WHERE service = $1 AND run_id IS NOT NULL AND peer IS NOT NULL
"""


class OwnHomeBody(ResponseBody):
    """A database."""

    host: str
    port: int
    database: str


class TableBody(ResponseBody):
    """A table with the planner's estimate of its rows and its size on disk."""

    name: str
    rows: int
    bytes: int


class OwnLoadBody(ResponseBody):
    """What the service's schema has to do.

    All but the sessions are counted since the server's statistics began: two looks give a rate.
    """

    sessions: int
    rows_read: int
    rows_inserted: int
    rows_updated: int
    rows_deleted: int
    blocks_read: int
    blocks_cached: int
    at: datetime


class OwnMoveBody(ResponseBody):
    """A move under way, and its other database.

    Before the cut the service goes there; after the cut, until the move is finished, it came from
    there and can go back.
    """

    run_id: UUID
    other: OwnHomeBody


class OwnPlacementBody(ResponseBody):
    """Where a service lives, how much it holds and what it has to do."""

    service: str
    home: OwnHomeBody
    epoch: int
    state: str
    bytes: int
    tables: list[TableBody]
    load: OwnLoadBody
    move: OwnMoveBody | None
    notice: str


@router.get("/v1/placement", responses=responses(InvalidToken, InsufficientScope))
async def get_placement(
    _caller: Annotated[Principal, Depends(require("placement:read"))], database: DatabaseDep
) -> OwnPlacementBody:
    """Return the service's home, its tables, its load, and the move that is under way."""
    async with database.connection() as connection:
        rows = await connection.fetch(_TABLES, database.service.schema)
        (load,) = await connection.fetch(_LOAD, database.service.schema)
        move = await connection.fetchrow(_MOVE, database.service.name)
    tables = [TableBody(**row) for row in rows]
    home = database.home
    return OwnPlacementBody(
        service=home.service,
        home=OwnHomeBody.of(home.address),
        epoch=home.epoch,
        state=await database.state(),
        bytes=sum(table.bytes for table in tables),
        tables=tables,
        load=OwnLoadBody.model_validate(dict(load)),
        move=_move(move),
        notice=home.notice,
    )


def _move(row: asyncpg.Record | None) -> OwnMoveBody | None:
    if row is None:
        return None
    other = OwnHomeBody(host=row["host"], port=row["port"], database=row["database"])
    return OwnMoveBody(run_id=row["run_id"], other=other)
