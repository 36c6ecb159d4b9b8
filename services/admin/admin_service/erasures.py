"""The certificate of an erasure: every service that held something has acknowledged it."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from service_kit import utc_now
from service_kit.events import Event, Handler, Subscription
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from admin_service.audit import Act, append
from admin_service.models import AuditEntry

TOLD_BY_A_SERVICE = UUID(int=0)
"""The actor of entries that tell what a service did, no administrator."""

CERTIFIED = "erasure.certified"


def acknowledgements(events: Mapping[str, str]) -> list[Subscription]:
    """What is consumed for certificates.

    Args:
        events: by service, the type of the event by which it acknowledges an erasure.
    """
    actions = frozenset(_action(service) for service in events)
    return [
        Subscription(service, {kind: _noting(_action(service), actions)})
        for service, kind in events.items()
    ]


def _action(service: str) -> str:
    return f"erasure.{service}"


def _noting(action: str, actions: frozenset[str]) -> Handler:
    """Note an acknowledgement and, once all are there, the certificate.

    The audit has one writer at a time, so that of acknowledgements at once the last sees all.
    """

    async def handler(session: AsyncSession, event: Event) -> None:
        user = event.subject
        told = Act(TOLD_BY_A_SERVICE, action, (user, str(event.id)), utc_now())
        await append(session, told)
        noted = await session.exec(
            select(AuditEntry.action)
            .where(
                col(AuditEntry.targets).contains([user]),
                col(AuditEntry.action).in_([*actions, CERTIFIED]),
            )
            .distinct()
        )
        if set(noted) == actions:
            await append(session, Act(TOLD_BY_A_SERVICE, CERTIFIED, (user,), utc_now()))

    return handler
