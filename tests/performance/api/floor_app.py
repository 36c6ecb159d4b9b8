"""The floor: the same paths with Starlette, raw asyncpg and orjson, and nothing else.

What a request of ours is checked for (token, key, fields that are there) is checked here too; what
a product needs around it is not: no validation by schema, no problem details, no metrics, no logs,
no way to follow a move.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import orjson
from jose import jws
from passlib.hash import argon2
from service_kit import new_id
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_OWN = "(SELECT id FROM payments.customers WHERE user_id = $1)"
_COLUMNS = """id, customer_id AS customer, amount, currency, status, captured AS amount_captured,
    refunded AS amount_refunded, payment_method, action_url, error_code, error_message,
    description, details AS metadata, cancellation_reason, created_at, updated_at, canceled_at"""
_READ = f"""
SELECT {_COLUMNS} FROM payments.payment_intents WHERE id = $2 AND customer_id = {_OWN}
"""
_LIST = f"""
SELECT {_COLUMNS} FROM payments.payment_intents
 WHERE customer_id = {_OWN} ORDER BY id DESC LIMIT $2
"""
_CLAIM = """
SELECT pg_try_advisory_xact_lock(hashtextextended('floor' || $1 || $2, 0)) AS free,
       (SELECT reply_body FROM payments.idempotency_keys
         WHERE principal = $1 AND route = 'floor' AND key = $2) AS reply,
       (SELECT id FROM payments.customers WHERE id = $3 AND user_id = $4) AS customer
"""
_INSERT = """
  WITH intent AS (
INSERT INTO payments.payment_intents (id, customer_id, amount, currency, status, captured, refunded,
       refunding, description, details, created_at, updated_at)
VALUES ($1, $2, $3, $4, 'requires_payment_method', 0, 0, 0, $5, $6, $7, $7))
INSERT INTO payments.idempotency_keys (id, principal, route, key, fingerprint, reply_status,
       reply_body, created_at, completed_at)
VALUES ($8, $9, 'floor', $10, $11, 201, $12, $7, $7)
"""
_USER = "SELECT id, password_hash FROM auth.users WHERE lower(email) = lower($1)"


class Tokens:
    """Access tokens that were checked once, until they expire."""

    def __init__(self, keys: dict[str, Any]) -> None:
        self._keys = keys
        self._known: dict[str, tuple[float, UUID]] = {}

    def user(self, request: Request) -> UUID:
        """The user of the request's token."""
        token = request.headers["authorization"].removeprefix("Bearer ")
        known = self._known.get(token)
        if known is None or known[0] <= time.time():
            kid = jws.get_unverified_header(token)["kid"]
            claims = orjson.loads(jws.verify(token, self._keys[kid], algorithms=["ES256"]))
            known = self._known[token] = (claims["exp"], UUID(claims["sub"]))
        return known[1]


def _json(content: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(content, default=str), status, media_type="application/json")


def _shown(row: asyncpg.Record) -> dict[str, Any]:
    shown = dict(row)
    shown["metadata"] = orjson.loads(shown["metadata"])
    return shown


async def _read(request: Request) -> Response:
    user = request.app.state.tokens.user(request)
    row = await request.app.state.payments.fetchrow(_READ, user, UUID(request.path_params["id"]))
    return _json(_shown(row))


async def _list(request: Request) -> Response:
    user = request.app.state.tokens.user(request)
    limit = int(request.query_params["limit"])
    rows = await request.app.state.payments.fetch(_LIST, user, limit + 1)
    data = [_shown(row) for row in rows[:limit]]
    more = len(rows) > limit
    return _json({"data": data, "has_more": more, "next_cursor": str(data[-1]["id"])})


async def _create(request: Request) -> Response:
    user = request.app.state.tokens.user(request)
    key, content = request.headers["idempotency-key"], await request.body()
    wish = orjson.loads(content)
    async with request.app.state.payments.acquire() as connection, connection.transaction():
        claim = await connection.fetchrow(_CLAIM, str(user), key, UUID(wish["customer"]), user)
        if not claim["free"] or claim["reply"] is not None or claim["customer"] is None:
            return _json({"title": "refused"}, 409)
        now, intent = datetime.now(UTC), new_id()
        body = orjson.dumps({"id": intent, **wish, "created_at": now})
        await connection.execute(
            _INSERT, intent, claim["customer"], wish["amount"], wish["currency"],
            wish["description"], orjson.dumps(wish["metadata"]).decode(), now, new_id(),
            str(user), key, hashlib.sha256(content).digest(), body,
        )  # fmt: skip
    return Response(body, 201, media_type="application/json")


async def _login(request: Request) -> Response:
    wish = orjson.loads(await request.body())
    user = await request.app.state.auth.fetchrow(_USER, wish["email"])
    verified = await asyncio.to_thread(argon2.verify, wish["password"], user["password_hash"])
    return _json({"user": user["id"]}, 200 if verified else 401)


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    await asyncio.to_thread(argon2.hash, "")  # loads it: two threads at once make one fail
    async with httpx.AsyncClient() as http:
        reply = await http.get(os.environ["FLOOR_KEYS"])
    app.state.tokens = Tokens({key["kid"]: key for key in reply.json()["keys"]})
    async with (
        asyncpg.create_pool(os.environ["FLOOR_PAYMENTS"], min_size=5, max_size=5) as payments,
        asyncpg.create_pool(os.environ["FLOOR_AUTH"], min_size=5, max_size=5) as auth,
    ):
        app.state.payments, app.state.auth = payments, auth
        yield


app = Starlette(
    routes=[
        Route("/v1/payment_intents/{id}", _read),
        Route("/v1/payment_intents", _list, methods=["GET"]),
        Route("/v1/payment_intents", _create, methods=["POST"]),
        Route("/v1/auth/login", _login, methods=["POST"]),
    ],
    lifespan=_lifespan,
)
