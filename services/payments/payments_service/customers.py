"""Customers: one per user."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from service_kit import new_id
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from payments_service.errors import CustomerNotFound, CustomerSuspended
from payments_service.models import Customer
from payments_service.models.intents import CustomerStatus


async def ensure(session: AsyncSession, user_id: UUID, now: datetime) -> tuple[Customer, bool]:
    """The user's customer and whether it was made just now.

    Twins that run at the same time get the same customer: the unique key decides.
    """
    statement = (
        insert(Customer)
        .values(id=new_id(), user_id=user_id, created_at=now)
        .on_conflict_do_nothing(index_elements=[col(Customer.user_id)])
        .returning(col(Customer.id))
    )
    created = (await session.exec(statement)).first() is not None
    of_user = col(Customer.user_id) == user_id
    customer = (await session.exec(select(Customer).where(of_user))).one()
    return customer, created


async def find(session: AsyncSession, customer_id: UUID, *, owner: UUID | None) -> Customer:
    """The customer with that id.

    Args:
        session: where to read.
        customer_id: the customer's id.
        owner: the user who may see it; None for whoever may see all.

    Raises:
        CustomerNotFound: there is none, or it is another user's.
    """
    customer = await session.get(Customer, customer_id)
    if customer is None or (owner is not None and customer.user_id != owner):
        raise CustomerNotFound(f"There is no customer {customer_id}.")
    return customer


async def refuse_inactive(session: AsyncSession, customer_id: UUID) -> None:
    """Go on only for a customer who may pay, and who may still at the end of the transaction.

    The row is locked against a suspension, which therefore comes before or after the whole step.

    Raises:
        CustomerSuspended: the account is suspended or erased.
    """
    statement = (
        select(Customer.status).where(col(Customer.id) == customer_id).with_for_update(read=True)
    )
    refuse_status((await session.exec(statement)).one())


def refuse_status(status: str) -> None:
    """Go on only in the one state in which a customer may pay.

    Raises:
        CustomerSuspended: the account is suspended or erased.
    """
    if status != CustomerStatus.ACTIVE:
        raise CustomerSuspended("The customer may not pay at present.")
