"""Canceling: at once, or by asking the provider to release what it holds."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from payments_service import attempts, events, idempotency, intents
from payments_service.attempts import Provision
from payments_service.claims import Claim
from payments_service.events import EventType, event_of
from payments_service.models import OutboxEvent, PaymentIntent
from payments_service.provider.port import Operation, OperationKind
from payments_service.replies import Reply, intent_reply
from payments_service.schemas import CancelPaymentIntent
from payments_service.settlement import Settlement
from payments_service.states import Event, Status, cancellation
from payments_service.steps import Step


async def begin(
    session: AsyncSession,
    request: Claim | None,
    intent_id: UUID,
    wish: CancelPaymentIntent,
    *,
    owner: UUID | None,
    provision: Provision,
    now: datetime,
) -> Operation | Reply:
    """Cancel at once if the provider holds nothing; else what to ask of it.

    Without a ``request`` the service itself cancels, for a customer who may not pay any more.

    Raises:
        PaymentIntentNotFound: there is none, or it is another user's.
        WrongState: the payment is final, or an operation is under way.
    """
    if request is not None and (stored := await idempotency.claim(session, request)):
        return stored
    intent = await intents.lock(session, intent_id, owner=owner)
    event = cancellation(Status(intent.status))
    intents.advance(intent, event, now)
    intent.cancellation_reason = wish.reason
    if event is Event.CANCEL:
        await events.record(session, _canceled(intent, now), intent)
        reply = intent_reply(intent)
        return reply if request is None else await idempotency.keep(session, request, reply, now)
    return await attempts.begin(
        session,
        request,
        OperationKind.VOID,
        intent,
        amount=intent.amount,
        provision=provision,
        now=now,
    )


CANCEL = Step(begin)


def settle(answer: Settlement) -> Reply:
    """Apply the provider's answer to the release."""
    intent, now = answer.intent, answer.now
    if answer.succeeded:
        intents.advance(intent, Event.VOIDED, now)
        answer.event = _canceled(intent, now)
        return intent_reply(intent)
    waited_for_action = intent.action_url is not None
    intents.advance(intent, Event.DECLINED if waited_for_action else Event.VOID_FAILED, now)
    intent.cancellation_reason = None
    if waited_for_action:
        intent.payment_method = intent.provider_reference = intent.action_url = None
    answer.note_failure()
    return answer.declined("cancel")


def _canceled(intent: PaymentIntent, now: datetime) -> OutboxEvent:
    intent.canceled_at = now
    intent.action_url = None
    return event_of(EventType.CANCELED, intent, amount=intent.amount, now=now)
