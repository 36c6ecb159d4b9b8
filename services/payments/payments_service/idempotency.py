"""Idempotency keys: a repeated request has one effect and one reply.

An effect of one transaction commits together with its key and reply (``claim``, ``keep``). An
effect with a call to the provider commits the key in flight (``hold``) and completes it with the
result (``complete``), if need be by reconciliation. A reply once given never changes.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from service_kit import new_id
from sqlalchemy import func
from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from payments_service.claims import Claim
from payments_service.errors import (
    IdempotencyKeyInFlight,
    IdempotencyKeyReused,
)
from payments_service.models import IdempotencyKey
from payments_service.replies import Reply


async def claim(session: AsyncSession, request: Claim) -> Reply | None:
    """Take the key for this transaction; the stored reply if there is one.

    Raises:
        IdempotencyKeyInFlight: the first request has not been answered yet.
        IdempotencyKeyReused: the key was used for another request.
    """
    lock = func.pg_try_advisory_xact_lock(func.hashtextextended(request.lock_name, 0))
    if not (await session.exec(select(lock))).one():
        raise IdempotencyKeyInFlight("The first request with this key runs now; try again soon.")
    statement = select(IdempotencyKey).where(
        col(IdempotencyKey.principal) == request.principal,
        col(IdempotencyKey.route) == request.route,
        col(IdempotencyKey.key) == request.key,
    )
    known = (await session.exec(statement)).first()
    if known is None:
        return None
    if known.fingerprint != request.fingerprint:
        raise IdempotencyKeyReused("This key came with another request before; use a new key.")
    return _reply(known)


def keep(session: AsyncSession, request: Claim, reply: Reply, now: datetime) -> Reply:
    """Store the reply of an effect that commits in this very transaction."""
    session.add(
        IdempotencyKey(
            id=new_id(),
            principal=request.principal,
            route=request.route,
            key=request.key,
            fingerprint=request.fingerprint,
            reply_status=reply.status,
            reply_body=reply.body,
            created_at=now,
            completed_at=now,
        )
    )
    return reply


def hold(session: AsyncSession, request: Claim, attempt_id: UUID, now: datetime) -> None:
    """Store the key in flight, before the provider is called for ``attempt_id``."""
    session.add(
        IdempotencyKey(
            id=new_id(),
            principal=request.principal,
            route=request.route,
            key=request.key,
            fingerprint=request.fingerprint,
            attempt_id=attempt_id,
            created_at=now,
        )
    )


async def complete(session: AsyncSession, attempt_id: UUID, reply: Reply, now: datetime) -> Reply:
    """Give the attempt's key its reply, unless it has one; the reply that counts.

    The key may be gone: it was answered with ``processing``, then purged for its age.
    """
    key = await _of_attempt(session, attempt_id)
    if key is None:
        return reply
    if key.reply_body is None:
        key.reply_status, key.reply_body, key.completed_at = reply.status, reply.body, now
    return _reply(key)


async def purge(session: AsyncSession, before: datetime, limit: int) -> int:
    """Delete at most ``limit`` answered keys older than ``before``; how many."""
    old = (
        select(IdempotencyKey.id)
        .where(col(IdempotencyKey.created_at) < before, col(IdempotencyKey.reply_body).is_not(None))
        .limit(limit)
    )
    result = await session.exec(delete(IdempotencyKey).where(col(IdempotencyKey.id).in_(old)))
    return result.rowcount


async def _of_attempt(session: AsyncSession, attempt_id: UUID) -> IdempotencyKey | None:
    statement = (
        select(IdempotencyKey).where(col(IdempotencyKey.attempt_id) == attempt_id).with_for_update()
    )
    return (await session.exec(statement)).first()


def _reply(key: IdempotencyKey) -> Reply:
    if key.reply_status is None or key.reply_body is None:
        raise IdempotencyKeyInFlight("The first request with this key has no outcome yet.")
    return Reply(key.reply_status, key.reply_body)
