"""Checking the whole chain of the audit."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from admin_service.chain import GENESIS, Content, link
from admin_service.errors import BrokenChain
from admin_service.models import AuditEntry

BATCH = 1000


@dataclass(frozen=True)
class Head:
    """The end of a chain: whoever noted an earlier one can tell a chain that was cut short."""

    position: int
    hash: bytes


async def verify(session: AsyncSession) -> Head:
    """Follow the chain from its beginning and return its end.

    Raises:
        BrokenChain: an entry is missing, was changed, or does not follow the one before it.
    """
    head = Head(position=0, hash=GENESIS)
    while True:
        batch = await session.exec(
            select(AuditEntry)
            .where(col(AuditEntry.position) > head.position)
            .order_by(col(AuditEntry.position))
            .limit(BATCH)
        )
        entries = batch.all()
        for entry in entries:
            head = _follow(head, entry)
        session.expunge_all()
        if len(entries) < BATCH:
            return head


def _follow(head: Head, entry: AuditEntry) -> Head:
    if entry.position != head.position + 1:
        raise BrokenChain(head.position + 1, "is missing")
    if entry.previous_hash != head.hash:
        raise BrokenChain(entry.position, "does not follow the entry before it")
    content = Content(
        id=entry.id,
        position=entry.position,
        at=entry.at,
        actor=entry.actor,
        action=entry.action,
        targets=tuple(entry.targets),
    )
    if entry.hash != link(content, head.hash):
        raise BrokenChain(entry.position, "was changed after it was written")
    return Head(position=entry.position, hash=entry.hash)
