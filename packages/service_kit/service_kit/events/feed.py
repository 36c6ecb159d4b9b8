"""The feed of a producer: its events in commit order, for services that consume them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse
from shared_db import ConnectionLost, Database, HomeMoved
from sqlalchemy import select
from sqlmodel.ext.asyncio.session import AsyncSession

from service_kit.access import service_only
from service_kit.bodies import ResponseBody
from service_kit.docs import responses
from service_kit.events.relay import relay
from service_kit.events.tables import outbox_of
from service_kit.looking import Looks
from service_kit.principal import Principal
from service_kit.problems import InsufficientScope, InvalidToken
from service_kit.sessions import DatabaseDep

LARGEST_POSITION = 2**63 - 1

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


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a consumer asks for.

    Args:
        after: the place of the last event read.
        limit: at most so many.
        types: only events of these types; None for all.
    """

    after: int
    limit: int
    types: list[str] | None


@router.get(
    "/v1/events",
    response_class=BatchReply,
    responses=responses(InvalidToken, InsufficientScope),
)
async def read_events(
    _consumer: Annotated[Principal, Depends(service_only("events:read"))],
    database: DatabaseDep,
    request: Request,
    after: Annotated[
        int, Query(ge=0, le=LARGEST_POSITION, description="the sequence of the last event read")
    ] = 0,
    timeout: Annotated[  # noqa: ASYNC109 - a parameter of the API
        float, Query(ge=0, le=25, description="seconds to wait while there is none")
    ] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    types: Annotated[
        list[str] | None, Query(alias="type", description="only events of these types")
    ] = None,
) -> list[CloudEventBody]:
    """Return events in the order of their commits; wait for the first, if asked to."""
    wanted = Wanted(after=after, limit=limit, types=types)
    now = asyncio.get_running_loop().time
    until = now() + timeout
    looks = Looks(database)
    events = await _look(database, looks, wanted)
    while not events and now() < until and not request.app.state.ending:
        await looks.pause(until - now())
        try:
            events = await _look(database, looks, wanted)
        except (ConnectionLost, HomeMoved):
            break  # nothing has come so far: whoever asks again is served at the next home
    return events


async def _look(database: Database, looks: Looks, wanted: Wanted) -> list[CloudEventBody]:
    looks.begin()
    if not await _is_any(database, wanted):
        return []
    return await database.run(_next, database.service.schema, wanted)


async def _is_any(database: Database, wanted: Wanted) -> bool:
    """Whether looking closer is worth it: most of the time nothing has happened."""
    outbox = f"{database.service.schema}.outbox"
    statement = f"""
        SELECT EXISTS (SELECT FROM {outbox} WHERE position IS NULL)
            OR CASE WHEN $2::text[] IS NULL
               THEN EXISTS (SELECT FROM {outbox} WHERE position > $1)
               ELSE EXISTS (SELECT FROM {outbox} WHERE position > $1 AND type = ANY ($2))
               END
    """  # noqa: S608 - our own name
    return bool(await database.value(statement, wanted.after, wanted.types))


async def _next(session: AsyncSession, schema: str, wanted: Wanted) -> list[CloudEventBody]:
    await relay(session, schema)
    outbox = outbox_of(schema)
    statement = select(outbox).where(outbox.c.position > wanted.after)
    if wanted.types is not None:
        statement = statement.where(outbox.c.type.in_(wanted.types))
    connection = await session.connection()
    rows = await connection.execute(statement.order_by(outbox.c.position).limit(wanted.limit))
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
