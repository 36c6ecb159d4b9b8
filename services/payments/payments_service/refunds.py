"""Refunds: captured money goes back, in one piece or in several."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import asyncpg
from service_kit import new_id
from sqlmodel.ext.asyncio.session import AsyncSession

from payments_service import attempts, idempotency, intents, ledger
from payments_service.at_once import Opening, opening
from payments_service.attempts import Provision
from payments_service.claims import Claim
from payments_service.errors import AmountExceedsRemaining, RefundNotFound
from payments_service.events import EventType, event_of
from payments_service.models import PaymentIntent, Refund
from payments_service.models.ledger import TransactionKind
from payments_service.models.operations import RefundStatus
from payments_service.provider.port import Operation, OperationKind
from payments_service.replies import Reply, refund_reply
from payments_service.schemas import CreateRefund
from payments_service.settlement import Settlement
from payments_service.states import Event, ready_for
from payments_service.steps import Step

_REMAINING = "intent.captured - intent.refunded - intent.refunding"
_OPENING = opening(
    amount=f"coalesce(:amount, {_REMAINING})",
    condition=f"""(:owner::uuid IS NULL OR customer.user_id = :owner)
      AND coalesce(:amount, {_REMAINING}) BETWEEN 1 AND {_REMAINING}""",
    changes="refunding = intent.refunding + ready.asked",
    share_customer=False,
    more="""reserved AS (
    INSERT INTO payments.refunds
        (id, payment_intent_id, amount, currency, status, reason, created_at, updated_at)
    SELECT :refund, id, asked, currency, 'pending', :reason, :now, :now
    FROM begun
),""",
)
_READY = ready_for(Event.REFUND)


_FIND = """
SELECT refund.*
FROM payments.refunds AS refund
JOIN payments.payment_intents AS intent ON intent.id = refund.payment_intent_id
JOIN payments.customers AS customer ON customer.id = intent.customer_id
WHERE refund.id = $1 AND ($2::uuid IS NULL OR customer.user_id = $2)
"""


async def find(connection: asyncpg.Connection, refund_id: UUID, *, owner: UUID | None) -> Refund:
    """The refund with that id.

    Raises:
        RefundNotFound: there is none, or it is another user's.
    """
    record = await connection.fetchrow(_FIND, refund_id, owner)
    if record is None:
        raise RefundNotFound(f"There is no refund {refund_id}.")
    return Refund(**record)


async def begin(
    session: AsyncSession,
    request: Claim,
    wish: CreateRefund,
    *,
    owner: UUID | None,
    provision: Provision,
    now: datetime,
) -> Operation | Reply:
    """Reserve the amount; what to ask of the provider, or the stored reply.

    Raises:
        PaymentIntentNotFound: there is none, or it is another user's.
        WrongState: nothing was captured.
        AmountExceedsRemaining: more than remains, counting refunds under way.
    """
    if stored := await idempotency.claim(session, request):
        return stored
    intent = await intents.lock(session, wish.payment_intent, owner=owner)
    intents.advance(intent, Event.REFUND, now)
    refund = _reserve(intent, wish, now)
    session.add(refund)
    return await attempts.begin(
        session,
        request,
        OperationKind.REFUND,
        intent,
        amount=refund.amount,
        provision=provision,
        now=now,
        refund_id=refund.id,
    )


def _opening(
    request: Claim,
    wish: CreateRefund,
    *,
    owner: UUID | None,
    provision: Provision,
    now: datetime,
) -> Opening:
    return Opening(
        statement=_OPENING,
        kind=OperationKind.REFUND,
        request=request,
        intent_id=wish.payment_intent,
        possible=_READY,
        values={"owner": owner, "amount": wish.amount, "reason": wish.reason},
        provision=provision,
        now=now,
        refund=_refund(wish, now, amount=0, currency=""),
    )


REFUND = Step(begin, _opening)


def settle(answer: Settlement) -> Reply:
    """Apply the provider's answer to the refund; a refused one is shown as ``failed``."""
    intent, outcome, now, refund = answer.intent, answer.outcome, answer.now, answer.refund
    assert refund is not None
    intent.refunding -= refund.amount
    intent.updated_at = refund.updated_at = now
    if not answer.succeeded:
        refund.status = RefundStatus.FAILED.value
        refund.error_code, refund.error_message = outcome.error_code, outcome.error_message
        return refund_reply(refund)
    refund.status = RefundStatus.SUCCEEDED.value
    intent.refunded += refund.amount
    answer.movement = ledger.movement(
        TransactionKind.REFUND, intent, source=refund.id, amount=refund.amount, now=now
    )
    answer.event = event_of(EventType.REFUNDED, intent, amount=refund.amount, now=now)
    return refund_reply(refund)


def _reserve(intent: PaymentIntent, wish: CreateRefund, now: datetime) -> Refund:
    remaining = intent.captured - intent.refunded - intent.refunding
    amount = remaining if wish.amount is None else wish.amount
    if not 0 < amount <= remaining:
        raise AmountExceedsRemaining(f"{remaining} remains to be refunded.")
    intent.refunding += amount
    return _refund(wish, now, amount=amount, currency=intent.currency)


def _refund(wish: CreateRefund, now: datetime, *, amount: int, currency: str) -> Refund:
    return Refund(
        id=new_id(),
        payment_intent_id=wish.payment_intent,
        amount=amount,
        currency=currency,
        status=RefundStatus.PENDING.value,
        reason=wish.reason,
        created_at=now,
        updated_at=now,
    )
