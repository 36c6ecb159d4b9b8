"""The feed of a producer: its events in commit order, for services that consume them."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse
from shared_db import Database
from sqlalchemy import select
from sqlmodel.ext.asyncio.session import AsyncSession

from service_kit.access import service_only
from service_kit.bodies import ResponseBody
from service_kit.docs import responses
from service_kit.events.relay import relay
from service_kit.events.tables import outbox_of
from service_kit.principal import Principal
from service_kit.problems import InsufficientScope, InvalidToken
from service_kit.sessions import DatabaseDep

LARGEST_POSITION = 2**63 - 1
_LOOK_AGAIN = 0.2

router = APIRouter(tags=["events"])


class BatchReply(JSONResponse):
    """A batch of CloudEvents in JSON (CloudEvents JSON format, section 4)."""

    media_type = "application/cloudevents-batch+json"


class CloudEventBody(ResponseBody):
    """A CloudEvent; ``sequence`` is its position, from which to read on."""

    specversion: Literal["1.0"] = "1.0"
    id: UUID
    source: str
    type: str
    subject: str
    time: datetime
    datacontenttype: Literal["application/json"] = "application/json"
    data: dict[str, Any]
    sequence: str


@router.get(
    "/v1/events",
    response_class=BatchReply,
    responses=responses(InvalidToken, InsufficientScope),
)
async def read_events(
    _consumer: Annotated[Principal, Depends(service_only("events:read"))],
    database: DatabaseDep,
    after: Annotated[
        int, Query(ge=0, le=LARGEST_POSITION, description="the sequence of the last event read")
    ] = 0,
    timeout: Annotated[  # noqa: ASYNC109 - a parameter of the API
        float, Query(ge=0, le=25, description="seconds to wait while there is none")
    ] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> list[CloudEventBody]:
    """Return events in the order of their commits; wait for the first, if asked to."""
    loop = asyncio.get_running_loop()
    until = loop.time() + timeout
    schema = database.service.schema
    while True:
        if await _is_any(database, after):
            events = await database.run(_next, schema, after, limit)
            if events:
                return events
        left = until - loop.time()
        if left <= 0:
            return []
        await asyncio.sleep(min(_LOOK_AGAIN, left))


async def _is_any(database: Database, after: int) -> bool:
    """Whether looking closer is worth it: most of the time nothing has happened."""
    schema = database.service.schema
    async with database.connection() as connection:
        found: bool = await connection.fetchval(
            f"SELECT EXISTS (SELECT FROM {schema}.outbox"  # noqa: S608 - our own name
            " WHERE position > $1) OR EXISTS (SELECT FROM"
            f" {schema}.outbox WHERE position IS NULL)",
            after,
        )
    return found


async def _next(session: AsyncSession, schema: str, after: int, limit: int) -> list[CloudEventBody]:
    await relay(session, schema)
    outbox = outbox_of(schema)
    connection = await session.connection()
    rows = await connection.execute(
        select(outbox).where(outbox.c.position > after).order_by(outbox.c.position).limit(limit)
    )
    return [
        CloudEventBody(
            id=row.id,
            source=f"/{schema}",
            type=row.type,
            subject=row.subject,
            time=row.occurred_at,
            data=row.data,
            sequence=str(row.position),
        )
        for row in rows
    ]
