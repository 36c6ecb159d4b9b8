"""Confirming a payment intent: the provider is asked to authorise the amount."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from payments_service import attempts, idempotency, intents
from payments_service.at_once import OF_PAYER, Opening, opening
from payments_service.attempts import Provision
from payments_service.claims import Claim
from payments_service.errors import PaymentMethodRefused
from payments_service.events import EventType, event_of
from payments_service.provider.fake import FAKE_PREFIX
from payments_service.provider.port import Operation, OperationKind, Result
from payments_service.replies import Reply, intent_reply
from payments_service.schemas import ConfirmPaymentIntent
from payments_service.settlement import Settlement
from payments_service.states import Event, ready_for
from payments_service.steps import Step

_OPENING = opening(
    amount="intent.amount",
    condition=f"""{OF_PAYER}
      AND (:sandbox OR NOT pg_catalog.starts_with(
          coalesce(:payment_method::text, intent.payment_method, ''), '{FAKE_PREFIX}'))""",
    changes="""status = 'processing',
        payment_method = coalesce(:payment_method::text, intent.payment_method),
        error_code = CASE WHEN :payment_method::text IS NULL THEN intent.error_code END,
        error_message = CASE WHEN :payment_method::text IS NULL THEN intent.error_message END""",
)
_READY = ready_for(Event.CONFIRM)
_READY_FOR_METHOD = ready_for(Event.ATTACH, Event.CONFIRM)


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


def _opening(
    request: Claim,
    intent_id: UUID,
    wish: ConfirmPaymentIntent,
    *,
    owner: UUID,
    provision: Provision,
    now: datetime,
) -> Opening:
    return Opening(
        statement=_OPENING,
        kind=OperationKind.AUTHORIZE,
        request=request,
        intent_id=intent_id,
        possible=_READY if wish.payment_method is None else _READY_FOR_METHOD,
        values={
            "owner": owner,
            "payment_method": wish.payment_method,
            "sandbox": provision.sandbox,
        },
        provision=provision,
        now=now,
    )


CONFIRM = Step(begin, _opening)


def settle(answer: Settlement) -> Reply:
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
        answer.event = event_of(EventType.AUTHORIZED, intent, amount=intent.amount, now=now)
    return intent_reply(intent)
