"""What the user's account means for the customer: it follows the events of the issuer.

Each function may be applied again, and changes only rows of the transaction that it is given; open
payments of a customer who may not pay any more are canceled afterwards (``closing``), because the
provider may have to be asked.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from service_kit.events import Event, append
from sqlalchemy import update
from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from payments_service import customers
from payments_service.event_types import CUSTOMER_ERASED
from payments_service.models import Customer, IdempotencyKey, PaymentIntent
from payments_service.models.intents import CustomerStatus
from payments_service.webhooks import endpoints


async def registered(session: AsyncSession, user_id: UUID, now: datetime) -> None:
    """Make the user's customer."""
    await customers.ensure(session, user_id, now)


async def suspended(session: AsyncSession, user_id: UUID, now: datetime) -> None:
    """The customer may not pay until reinstated."""
    await _become(session, user_id, CustomerStatus.SUSPENDED, now)


async def reinstated(session: AsyncSession, user_id: UUID, now: datetime) -> None:
    """The customer may pay again; what was canceled stays canceled."""
    await _become(session, user_id, CustomerStatus.ACTIVE, now)


async def erased(session: AsyncSession, user_id: UUID, now: datetime) -> None:
    """The customer is a pseudonym from now on: an id that leads to nobody, and amounts.

    What the user wrote goes: descriptions, metadata and stored replies that show them. The row
    stays and refuses payments, so that a token still valid makes no new customer. An event
    acknowledges it: whoever asked for the erasure waits for that.
    """
    await _become(session, user_id, CustomerStatus.ERASED, now)
    of_user = select(Customer.id).where(col(Customer.user_id) == user_id).scalar_subquery()
    await session.exec(
        update(PaymentIntent)
        .where(col(PaymentIntent.customer_id) == of_user)
        .values(description=None, details={})
    )
    await endpoints.remove_all_of(session, user_id)
    await session.exec(
        delete(IdempotencyKey).where(
            col(IdempotencyKey.principal) == f"user:{user_id}",
            col(IdempotencyKey.reply_body).is_not(None),
        )
    )
    told = Event(CUSTOMER_ERASED, str(user_id), {"user_id": str(user_id)}, time=now)
    await append(session, "payments", told)


async def _become(
    session: AsyncSession, user_id: UUID, status: CustomerStatus, now: datetime
) -> None:
    await customers.ensure(session, user_id, now)
    await session.exec(
        update(Customer)
        .where(
            col(Customer.user_id) == user_id,
            col(Customer.status) != CustomerStatus.ERASED.value,
        )
        .values(status=status.value)
    )
