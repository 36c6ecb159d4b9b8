"""Where this service's schema lives, for whoever watches over placement."""

from __future__ import annotations

from typing import Annotated

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


class OwnPlacementBody(ResponseBody):
    """Where a service lives and how much it holds."""

    service: str
    home: OwnHomeBody
    epoch: int
    state: str
    bytes: int
    tables: list[TableBody]
    notice: str


@router.get("/v1/placement", responses=responses(InvalidToken, InsufficientScope))
async def get_placement(
    _caller: Annotated[Principal, Depends(require("placement:read"))], database: DatabaseDep
) -> OwnPlacementBody:
    """Return the service's home, its epoch and state, and the size of its tables."""
    async with database.connection() as connection:
        rows = await connection.fetch(_TABLES, database.service.schema)
    tables = [TableBody(**row) for row in rows]
    home = database.home
    return OwnPlacementBody(
        service=home.service,
        home=OwnHomeBody.of(home.address),
        epoch=home.epoch,
        state=await database.state(),
        bytes=sum(table.bytes for table in tables),
        tables=tables,
        notice=home.notice,
    )
