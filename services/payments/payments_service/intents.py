"""Payment intents: made, found, locked, moved from state to state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from service_kit import new_id
from sqlalchemy import ColumnElement, bindparam, text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from payments_service import customers, idempotency
from payments_service.claims import Claim
from payments_service.errors import PaymentIntentNotFound, WrongState
from payments_service.models import Customer, PaymentIntent
from payments_service.replies import Reply, intent_reply
from payments_service.schemas import CreatePaymentIntent
from payments_service.states import Event, Status, TransitionRefused, after


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What a list of intents is narrowed to.

    Args:
        owner: the user whose intents are listed; None for whoever may see all.
        customer: only this customer's.
        status: only those in this state.
    """

    owner: UUID | None
    customer: UUID | None = None
    status: Status | None = None


_LOCK = (
    select(PaymentIntent, Customer.status)
    .join(Customer, col(Customer.id) == col(PaymentIntent.customer_id))
    .where(col(PaymentIntent.id) == bindparam("intent"))
    .with_for_update(key_share=True, of=PaymentIntent)
    .execution_options(populate_existing=True)
)
_LOCK_OWN = _LOCK.where(col(Customer.user_id) == bindparam("owner"))
_LOCK_PAYABLE = _LOCK_OWN.suffix_with(text("FOR SHARE OF customers"))


def owned_by(user_id: UUID) -> ColumnElement[bool]:
    """The condition that an intent belongs to that user."""
    of_user = select(Customer.id).where(col(Customer.user_id) == user_id).scalar_subquery()
    return col(PaymentIntent.customer_id) == of_user


async def create(
    session: AsyncSession,
    request: Claim,
    wish: CreatePaymentIntent,
    *,
    owner: UUID,
    now: datetime,
) -> Reply:
    """A new intent of the user's own customer, or the reply that the key has already.

    Raises:
        CustomerNotFound: the customer does not exist or is another user's.
        CustomerSuspended: the customer may not pay.
    """
    if stored := await idempotency.claim(session, request):
        return stored
    customer = await customers.find(session, wish.customer, owner=owner)
    await customers.refuse_inactive(session, customer.id)
    intent = PaymentIntent(
        id=new_id(),
        customer_id=customer.id,
        amount=wish.amount,
        currency=wish.currency,
        status=Status.REQUIRES_PAYMENT_METHOD.value,
        description=wish.description,
        details=wish.metadata,
        created_at=now,
        updated_at=now,
    )
    if wish.payment_method is not None:
        attach(intent, wish.payment_method, now)
    session.add(intent)
    return await idempotency.keep(session, request, intent_reply(intent, status=201), now)


async def lock(session: AsyncSession, intent_id: UUID, *, owner: UUID | None) -> PaymentIntent:
    """The intent, locked until the transaction ends; every change of an intent begins so.

    Raises:
        PaymentIntentNotFound: there is none, or it is another user's.
    """
    statement = _LOCK if owner is None else _LOCK_OWN
    intent, _ = await _locked(session, statement, intent_id, owner)
    return intent


async def lock_payable(session: AsyncSession, intent_id: UUID, *, owner: UUID) -> PaymentIntent:
    """As ``lock``, of a customer who may pay, and who may still at the end of the transaction.

    The customer is locked against a suspension, which therefore comes before or after the step.

    Raises:
        PaymentIntentNotFound: there is none, or it is another user's.
        CustomerSuspended: the account is suspended or erased.
    """
    intent, status = await _locked(session, _LOCK_PAYABLE, intent_id, owner)
    customers.refuse_status(status)
    return intent


async def _locked(
    session: AsyncSession, statement: Any, intent_id: UUID, owner: UUID | None
) -> tuple[PaymentIntent, str]:
    named = {"intent": intent_id} if owner is None else {"intent": intent_id, "owner": owner}
    found = (await session.exec(statement, params=named)).first()
    if found is None:
        raise PaymentIntentNotFound(f"There is no payment intent {intent_id}.")
    return found[0], found[1]


def advance(intent: PaymentIntent, event: Event, now: datetime) -> None:
    """Move ``intent`` to the state that ``event`` leads to.

    Raises:
        WrongState: the event is not possible in its state.
    """
    try:
        intent.status = after(Status(intent.status), event).value
    except TransitionRefused as refused:
        raise WrongState(
            f"The payment intent is {refused.status.value}: {refused.event.value} is not possible."
        ) from refused
    intent.updated_at = now


def attach(intent: PaymentIntent, payment_method: str, now: datetime) -> None:
    """Give ``intent`` the means of payment.

    Raises:
        WrongState: it is too late for that.
    """
    advance(intent, Event.ATTACH, now)
    intent.payment_method = payment_method
    intent.error_code = intent.error_message = None
