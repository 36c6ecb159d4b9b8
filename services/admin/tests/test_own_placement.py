"""What a service tells about its own schema: load, and a move that is under way."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx
import psycopg
from psycopg.types.json import Jsonb

RUN = UUID(int=7)
OTHER = {"host": "db.example", "port": 5433, "database": "admin_db"}


async def placement(client: httpx.AsyncClient, token_issuer: Any) -> Any:
    token = token_issuer.service("admin", scopes=["placement:read"])
    reply = await client.get("/v1/placement", headers={"Authorization": f"Bearer {token}"})
    assert reply.status_code == 200, reply.text
    return reply.json()


async def test_a_service_tells_its_load(client: httpx.AsyncClient, token_issuer: Any) -> None:
    told = await placement(client, token_issuer)
    assert told["move"] is None
    assert told["load"]["sessions"] >= 1
    assert set(told["load"]) >= {"rows_read", "rows_inserted", "blocks_read", "blocks_cached"}


async def test_a_move_under_way_is_told_with_its_other_database(
    client: httpx.AsyncClient, token_issuer: Any, environment: Any
) -> None:
    place = {"identity": str(UUID(int=8)), **OTHER}
    with psycopg.connect(environment.url("admin")) as connection:
        connection.execute(
            "UPDATE shared_db.homes SET run_id = %s, peer = %s WHERE service = 'admin'",
            [RUN, Jsonb(place)],
        )
    told = await placement(client, token_issuer)
    assert told["move"] == {"run_id": str(RUN), "other": OTHER}
