"""Whose events the service applies: those of the accounts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

from service_kit import Clock
from service_kit.events import Event, Handler, Subscription
from sqlmodel.ext.asyncio.session import AsyncSession

from payments_service import accounts, closing

Change = Callable[[AsyncSession, UUID, datetime], Awaitable[None]]


def account_events(clock: Clock) -> Subscription:
    """What the customer follows of the account."""
    return Subscription(
        "auth",
        {
            "user.registered": _applied(accounts.registered, clock),
            "user.suspended": _applied(accounts.suspended, clock, closes=True),
            "user.reinstated": _applied(accounts.reinstated, clock),
            "user.erased": _applied(accounts.erased, clock, closes=True),
        },
    )


def _applied(change: Change, clock: Clock, *, closes: bool = False) -> Handler:
    async def handler(session: AsyncSession, event: Event) -> None:
        user_id = UUID(event.subject)
        await change(session, user_id, clock())
        if closes:
            await closing.order(session, user_id)

    return handler
