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

    @classmethod
    def parse(cls, text: str) -> Head:
        """Read what ``str`` wrote.

        Raises:
            ValueError: it is something else.
        """
        position, _, hexadecimal = text.partition(":")
        head = cls(int(position), bytes.fromhex(hexadecimal))
        if head.position < 0 or len(head.hash) != len(GENESIS):
            raise ValueError(text)
        return head

    def __str__(self) -> str:
        return f"{self.position}:{self.hash.hex()}"


async def verify(session: AsyncSession, noted: Head | None = None) -> Head:
    """Follow the chain from its beginning and return its end.

    Args:
        session: the service's.
        noted: an earlier end, kept where whoever may change the audit cannot change it. Without
            one, entries cut off at the end, or all written anew, are not noticed.

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
            if noted is not None and noted.position == head.position and noted != head:
                raise BrokenChain(head.position, "is another one than was noted")
        session.expunge_all()
        if len(entries) < BATCH:
            break
    if noted is not None and noted.position > head.position:
        raise BrokenChain(head.position + 1, "is missing")
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
