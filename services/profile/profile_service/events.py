"""What the service tells the others, written in the transaction of the change."""

from __future__ import annotations

from collections.abc import Iterable

from service_kit import new_id
from sqlmodel.ext.asyncio.session import AsyncSession

from profile_service.models import OutboxEvent, Profile

PROFILE_UPDATED = "profile.updated"
PROFILE_ERASED = "profile.erased"


def announce_update(session: AsyncSession, profile: Profile, changed: Iterable[str]) -> None:
    """Put ``profile.updated`` into the outbox.

    The event names the fields but not their values: the outbox outlives an erasure, and who
    needs the values reads the profile.
    """
    session.add(
        OutboxEvent(
            id=new_id(),
            type=PROFILE_UPDATED,
            subject=str(profile.user_id),
            data={
                "user_id": str(profile.user_id),
                "version": profile.version,
                "changed": sorted(changed),
            },
            occurred_at=profile.updated_at,
        )
    )
