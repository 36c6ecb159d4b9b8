"""Whose events the service applies: those of the accounts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

from service_kit import Clock
from service_kit.events import Event, Handler, Subscription
from sqlmodel.ext.asyncio.session import AsyncSession

from payments_service import accounts


def account_events(clock: Clock) -> Subscription:
    """What the customer follows of the account."""
    return Subscription(
        "auth",
        {
            "user.registered": _applied(accounts.registered, clock),
            "user.suspended": _applied(accounts.suspended, clock),
            "user.reinstated": _applied(accounts.reinstated, clock),
            "user.erased": _applied(accounts.erased, clock),
        },
    )


def _applied(
    change: Callable[[AsyncSession, UUID, datetime], Awaitable[None]], clock: Clock
) -> Handler:
    async def handler(session: AsyncSession, event: Event) -> None:
        await change(session, UUID(event.subject), clock())

    return handler
