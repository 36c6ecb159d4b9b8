"""What the service does when others tell of something."""

from __future__ import annotations

from uuid import UUID

from service_kit.events import Event, Subscription
from sqlmodel.ext.asyncio.session import AsyncSession

from profile_service.erasure import erase_profile
from profile_service.profiles import make_profile


async def user_registered(session: AsyncSession, event: Event) -> None:
    """Make the profile of a new user."""
    await make_profile(session, UUID(event.subject))


async def user_erased(session: AsyncSession, event: Event) -> None:
    """Erase what the user told, and acknowledge it with an event."""
    await erase_profile(session, UUID(event.subject))


ACCOUNTS = Subscription("auth", {"user.registered": user_registered, "user.erased": user_erased})
