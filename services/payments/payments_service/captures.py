"""Capturing: the authorised money, or a part of it, is taken and the rest released."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from service_kit import new_id
from sqlmodel.ext.asyncio.session import AsyncSession

from payments_service import attempts, idempotency, intents, ledger
from payments_service.at_once import OF_PAYER, Opening, opening
from payments_service.attempts import Provision
from payments_service.claims import Claim
from payments_service.errors import AmountExceedsRemaining
from payments_service.events import EventType, event_of
from payments_service.models import Capture
from payments_service.models.ledger import TransactionKind
from payments_service.provider.port import Operation, OperationKind
from payments_service.replies import Reply, intent_reply
from payments_service.schemas import CapturePaymentIntent
from payments_service.settlement import Settlement
from payments_service.states import Event, ready_for
from payments_service.steps import Step

_OPENING = opening(
    amount="coalesce(:amount, intent.amount)",
    condition=f"{OF_PAYER} AND coalesce(:amount, intent.amount) <= intent.amount",
    changes="status = 'processing'",
)
_READY = ready_for(Event.CAPTURE)


async def begin(
    session: AsyncSession,
    request: Claim,
    intent_id: UUID,
    wish: CapturePaymentIntent,
    *,
    owner: UUID,
    provision: Provision,
    now: datetime,
) -> Operation | Reply:
    """Commit the intent to ``processing``; what to ask of the provider, or the stored reply.

    Raises:
        PaymentIntentNotFound: there is none, or it is another user's.
        CustomerSuspended: the customer may not pay.
        WrongState: nothing is authorised, or it was captured already.
        AmountExceedsRemaining: more than was authorised.
    """
    if stored := await idempotency.claim(session, request):
        return stored
    intent = await intents.lock_payable(session, intent_id, owner=owner)
    intents.advance(intent, Event.CAPTURE, now)
    amount = intent.amount if wish.amount is None else wish.amount
    if amount > intent.amount:
        raise AmountExceedsRemaining(f"{intent.amount} is authorised, {amount} was asked for.")
    return await attempts.begin(
        session, request, OperationKind.CAPTURE, intent, amount=amount, provision=provision, now=now
    )


def _opening(
    request: Claim,
    intent_id: UUID,
    wish: CapturePaymentIntent,
    *,
    owner: UUID,
    provision: Provision,
    now: datetime,
) -> Opening:
    return Opening(
        statement=_OPENING,
        kind=OperationKind.CAPTURE,
        request=request,
        intent_id=intent_id,
        possible=_READY,
        values={"owner": owner, "amount": wish.amount},
        provision=provision,
        now=now,
    )


CAPTURE = Step(begin, _opening)


def settle(answer: Settlement) -> Reply:
    """Apply the provider's answer to the capture."""
    intent, attempt, now = answer.intent, answer.attempt, answer.now
    if not answer.succeeded:
        intents.advance(intent, Event.CAPTURE_FAILED, now)
        answer.note_failure()
        return answer.declined("capture")
    intents.advance(intent, Event.CAPTURED, now)
    intent.captured = attempt.amount
    intent.error_code = intent.error_message = None
    answer.capture = Capture(
        id=new_id(),
        payment_intent_id=intent.id,
        attempt_id=attempt.id,
        amount=attempt.amount,
        currency=intent.currency,
        created_at=now,
    )
    answer.movement = ledger.movement(
        TransactionKind.CAPTURE,
        intent,
        source=answer.capture.id,
        amount=attempt.amount,
        now=now,
    )
    answer.event = event_of(EventType.CAPTURED, intent, amount=attempt.amount, now=now)
    return intent_reply(intent)
