"""Confirming a payment intent: the provider is asked to authorise the amount."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from payments_service import attempts, events, idempotency, intents
from payments_service.attempts import Provision
from payments_service.claims import Claim
from payments_service.errors import PaymentMethodRefused
from payments_service.provider.fake import FAKE_PREFIX
from payments_service.provider.port import Operation, OperationKind, Result
from payments_service.replies import Reply, intent_reply
from payments_service.schemas import ConfirmPaymentIntent
from payments_service.settlement import Settlement
from payments_service.states import Event


async def begin(
    session: AsyncSession,
    request: Claim,
    intent_id: UUID,
    wish: ConfirmPaymentIntent,
    *,
    owner: UUID,
    provision: Provision,
    now: datetime,
) -> Operation | Reply:
    """Commit the intent to ``processing``; what to ask of the provider, or the stored reply.

    Raises:
        PaymentIntentNotFound: there is none, or it is another user's.
        CustomerSuspended: the customer may not pay.
        WrongState: the intent has no payment method or is past this step.
        PaymentMethodRefused: a payment method of the sandbox for a real provider.
    """
    if stored := await idempotency.claim(session, request):
        return stored
    intent = await intents.lock_payable(session, intent_id, owner=owner)
    if wish.payment_method is not None:
        intents.attach(intent, wish.payment_method, now)
    intents.advance(intent, Event.CONFIRM, now)
    if not provision.sandbox and (intent.payment_method or "").startswith(FAKE_PREFIX):
        raise PaymentMethodRefused(f"{intent.payment_method} works in the sandbox alone.")
    return await attempts.begin(
        session,
        request,
        OperationKind.AUTHORIZE,
        intent,
        amount=intent.amount,
        provision=provision,
        now=now,
    )


async def settle(session: AsyncSession, answer: Settlement) -> Reply:
    """Apply the provider's answer to the authorisation."""
    intent, outcome, now = answer.intent, answer.outcome, answer.now
    intent.action_url = outcome.action_url
    intent.provider_reference = outcome.reference
    if outcome.result is Result.FAILED:
        intents.advance(intent, Event.DECLINED, now)
        intent.payment_method = intent.provider_reference = None
        answer.note_failure()
        return answer.declined("confirm")
    intent.error_code = intent.error_message = None
    if outcome.result is Result.REQUIRES_ACTION:
        intents.advance(intent, Event.ACTION_REQUIRED, now)
    else:
        intents.advance(intent, Event.AUTHORIZED, now)
        await events.record(
            session, events.EventType.AUTHORIZED, intent, amount=intent.amount, now=now
        )
    return intent_reply(intent)
