"""Idempotency keys: a repeated request has one effect and one reply.

An effect of one transaction commits together with its key and reply (``claim``, ``keep``). An
effect with a call to the provider commits the key in flight (``hold``) and completes it with the
result (``complete``), if need be by reconciliation. A reply once given never changes.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from service_kit import new_id
from sqlalchemy import (
    BindParameter,
    Boolean,
    Table,
    and_,
    bindparam,
    func,
    type_coerce,
    update,
)
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from payments_service.claims import Claim
from payments_service.errors import (
    IdempotencyKeyInFlight,
    IdempotencyKeyReused,
)
from payments_service.models import IdempotencyKey, PaymentAttempt
from payments_service.replies import Reply

_RUNS_NOW = "The first request with this key runs now; try again soon."

_LOCK = func.pg_try_advisory_xact_lock(func.hashtextextended(bindparam("lock_name"), 0))
_CLAIMED = select(_LOCK.label("alone")).cte("claimed")
_OF_REQUEST = and_(
    col(IdempotencyKey.principal) == bindparam("principal"),
    col(IdempotencyKey.route) == bindparam("route"),
    col(IdempotencyKey.key) == bindparam("key"),
)
_CLAIM = (
    select(
        type_coerce(_CLAIMED.c.alone, Boolean),
        col(IdempotencyKey.fingerprint),
        col(IdempotencyKey.reply_status),
        col(IdempotencyKey.reply_body),
    )
    .select_from(_CLAIMED)
    .join(IdempotencyKey, _OF_REQUEST, isouter=True)
)
_KEYS = IdempotencyKey.metadata.tables["payments.idempotency_keys"]
_ATTEMPTS = PaymentAttempt.metadata.tables["payments.payment_attempts"]


def _named(table: Table, prefix: str = "") -> dict[str, BindParameter[Any]]:
    return {one.name: bindparam(prefix + one.name, type_=one.type) for one in table.columns}


_KEEP = insert(_KEYS).values(_named(_KEYS)).on_conflict_do_nothing()
_HOLD = _KEEP.add_cte(insert(_ATTEMPTS).values(_named(_ATTEMPTS, "attempt_")).cte("attempt"))
_ANSWER = (
    update(_KEYS)
    .where(_KEYS.c.attempt_id == bindparam("of_attempt"), _KEYS.c.reply_body.is_(None))
    .values(
        reply_status=bindparam("status"), reply_body=bindparam("body"), completed_at=bindparam("at")
    )
)


async def claim(session: AsyncSession, request: Claim) -> Reply | None:
    """Take the key for this transaction; the stored reply if there is one.

    A twin that committed between the statement's snapshot and its lock is not seen by it; the
    unique key finds it when this request's own is stored.

    Raises:
        IdempotencyKeyInFlight: the first request has not been answered yet.
        IdempotencyKeyReused: the key was used for another request.
    """
    named = {
        "lock_name": request.lock_name,
        "principal": request.principal,
        "route": request.route,
        "key": request.key,
    }
    alone, fingerprint, status, body = (await session.exec(_CLAIM, params=named)).one()
    if not alone:
        raise IdempotencyKeyInFlight(_RUNS_NOW)
    if fingerprint is None:
        return None
    if fingerprint != request.fingerprint:
        raise IdempotencyKeyReused("This key came with another request before; use a new key.")
    return _reply(status, body)


async def keep(session: AsyncSession, request: Claim, reply: Reply, now: datetime) -> Reply:
    """Store the reply of an effect that commits in this very transaction.

    Raises:
        IdempotencyKeyInFlight: a twin was faster.
    """
    outcome = {"reply_status": reply.status, "reply_body": reply.body, "completed_at": now}
    await _store(session, _KEEP, _key(request, now, **outcome))
    return reply


async def hold(session: AsyncSession, request: Claim, attempt: PaymentAttempt) -> None:
    """Write an attempt and with it the key in flight, before the provider is called.

    Raises:
        IdempotencyKeyInFlight: a twin was faster.
    """
    await session.flush()
    values = _key(request, attempt.created_at, attempt_id=attempt.id)
    values |= {f"attempt_{name}": value for name, value in attempt.model_dump().items()}
    await _store(session, _HOLD, values)


async def complete(session: AsyncSession, attempt_id: UUID, reply: Reply, now: datetime) -> Reply:
    """Give the attempt's key its reply, unless it has one; the reply that counts.

    The key may be gone: it was answered with ``processing``, then purged for its age.
    """
    answer = {"of_attempt": attempt_id, "status": reply.status, "body": reply.body, "at": now}
    if (await session.exec(_ANSWER, params=answer)).rowcount:
        return reply
    statement = select(IdempotencyKey).where(col(IdempotencyKey.attempt_id) == attempt_id)
    known = (await session.exec(statement)).first()
    return reply if known is None else _reply(known.reply_status, known.reply_body)


async def purge(session: AsyncSession, before: datetime, limit: int) -> int:
    """Delete at most ``limit`` answered keys older than ``before``; how many."""
    old = (
        select(IdempotencyKey.id)
        .where(col(IdempotencyKey.created_at) < before, col(IdempotencyKey.reply_body).is_not(None))
        .limit(limit)
    )
    result = await session.exec(delete(IdempotencyKey).where(col(IdempotencyKey.id).in_(old)))
    return result.rowcount


async def _store(session: AsyncSession, statement: Insert, values: dict[str, Any]) -> None:
    if not (await session.exec(statement, params=values)).rowcount:
        raise IdempotencyKeyInFlight(_RUNS_NOW)


def _key(request: Claim, now: datetime, **outcome: Any) -> dict[str, Any]:
    return IdempotencyKey(
        id=new_id(),
        principal=request.principal,
        route=request.route,
        key=request.key,
        fingerprint=request.fingerprint,
        created_at=now,
        **outcome,
    ).model_dump()


def _reply(status: int | None, body: bytes | None) -> Reply:
    if status is None or body is None:
        raise IdempotencyKeyInFlight("The first request with this key has no outcome yet.")
    return Reply(status, body)
