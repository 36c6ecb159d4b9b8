"""Writing and reading the audit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from service_kit import Principal, new_id, utc_now
from shared_db import Database
from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from admin_service.chain import GENESIS, Content, link
from admin_service.models import AuditEntry


@dataclass(frozen=True)
class Act:
    """What an administrator did, in ids only.

    Args:
        actor: the administrator's user id.
        action: a stable word such as ``users.search``.
        targets: ids of what was seen or changed.
        at: when, aware.
    """

    actor: UUID
    action: str
    targets: tuple[str, ...]
    at: datetime


def ids_of(things: Iterable[object]) -> tuple[str, ...]:
    """Ids as the audit keeps them: as text, each once, in the order in which they came."""
    return tuple(dict.fromkeys(str(thing) for thing in things if thing is not None))


async def append(session: AsyncSession, act: Act) -> AuditEntry:
    """Add an act at the end of the chain; one writer at a time, until the commit."""
    await session.exec(select(func.pg_advisory_xact_lock(func.hashtextextended("admin.audit", 0))))
    last = (
        await session.exec(select(AuditEntry).order_by(col(AuditEntry.position).desc()).limit(1))
    ).first()
    previous_hash = last.hash if last else GENESIS
    content = Content(
        id=new_id(),
        position=last.position + 1 if last else 1,
        at=act.at,
        actor=act.actor,
        action=act.action,
        targets=act.targets,
    )
    entry = AuditEntry(
        id=content.id,
        position=content.position,
        at=content.at,
        actor=content.actor,
        action=content.action,
        targets=list(content.targets),
        previous_hash=previous_hash,
        hash=link(content, previous_hash),
    )
    session.add(entry)
    await session.flush()
    return entry


async def record(
    database: Database, administrator: Principal, action: str, targets: tuple[str, ...]
) -> None:
    """Append what an administrator did just now, committed before the reply leaves.

    Args:
        database: the service's own.
        administrator: who did it.
        action: a stable word.
        targets: ids of what was seen or changed.
    """
    actor = UUID(administrator.subject)
    act = Act(actor=actor, action=action, targets=targets, at=utc_now())
    await database.run(append, act)


async def newest(
    session: AsyncSession, *, limit: int, before: int | None = None, target: str | None = None
) -> Sequence[AuditEntry]:
    """Entries from the newest on.

    Args:
        session: the service's.
        limit: how many at most.
        before: only those before this position.
        target: only those about this id.
    """
    statement = select(AuditEntry).order_by(col(AuditEntry.position).desc()).limit(limit)
    if before is not None:
        statement = statement.where(col(AuditEntry.position) < before)
    if target is not None:
        statement = statement.where(col(AuditEntry.targets).contains([target]))
    return (await session.exec(statement)).all()
