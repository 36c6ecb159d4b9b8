"""/v1/payment_intents/{id}/confirm, /capture, /cancel: the steps that the provider takes part in.

Each is several transactions, the provider being called between them: see ``cashier``.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import Response
from service_kit import Problem, Router, responses

from payments_service import cancellations, captures, confirmations
from payments_service.errors import (
    AmountExceedsRemaining,
    CustomerSuspended,
    PaymentDeclined,
    PaymentIntentNotFound,
    PaymentMethodRefused,
    WrongState,
)
from payments_service.routes.access import REFUSALS, CashierDep, Payer, owner_of
from payments_service.routes.idempotency_key import (
    IDEMPOTENCY_PROBLEMS,
    IdempotencyKeyDep,
    claim_of,
    respond,
)
from payments_service.routes.journey import CAPTURE_LEADS_ON, leads_on
from payments_service.schemas import (
    CancelPaymentIntent,
    CapturePaymentIntent,
    ConfirmPaymentIntent,
    PaymentIntentBody,
)

router = Router(
    prefix="/v1/payment_intents/{payment_intent_id}", tags=["payment intents"], responses=REFUSALS
)


def _problems(*more: type[Problem]) -> dict[int | str, dict[str, Any]]:
    return responses(
        PaymentIntentNotFound, WrongState, PaymentDeclined, *IDEMPOTENCY_PROBLEMS, *more
    )


@router.post(
    "/confirm",
    response_model=PaymentIntentBody,
    responses=_problems(CustomerSuspended, PaymentMethodRefused)
    | leads_on(200, "get", "capture", "cancel"),
)
async def confirm_payment_intent(
    payment_intent_id: UUID,
    payer: Payer,
    key: IdempotencyKeyDep,
    cashier: CashierDep,
    body: ConfirmPaymentIntent | None = None,
) -> Response:
    """Authorise the amount; `processing` when the provider's answer is still out."""
    body = body or ConfirmPaymentIntent()
    reply = await cashier.perform(
        confirmations.CONFIRM,
        claim_of(payer, "confirm_payment_intent", key, body, target=payment_intent_id),
        payment_intent_id,
        body,
        owner=owner_of(payer),
        provision=cashier.provision,
        now=cashier.clock(),
    )
    return respond(reply)


@router.post(
    "/capture",
    response_model=PaymentIntentBody,
    responses=_problems(CustomerSuspended, AmountExceedsRemaining) | CAPTURE_LEADS_ON,
)
async def capture_payment_intent(
    payment_intent_id: UUID,
    payer: Payer,
    key: IdempotencyKeyDep,
    cashier: CashierDep,
    body: CapturePaymentIntent | None = None,
) -> Response:
    """Take the authorised amount or a part of it; the rest is released."""
    body = body or CapturePaymentIntent()
    reply = await cashier.perform(
        captures.CAPTURE,
        claim_of(payer, "capture_payment_intent", key, body, target=payment_intent_id),
        payment_intent_id,
        body,
        owner=owner_of(payer),
        provision=cashier.provision,
        now=cashier.clock(),
    )
    return respond(reply)


@router.post(
    "/cancel", response_model=PaymentIntentBody, responses=_problems() | leads_on(200, "get")
)
async def cancel_payment_intent(
    payment_intent_id: UUID,
    payer: Payer,
    key: IdempotencyKeyDep,
    cashier: CashierDep,
    body: CancelPaymentIntent | None = None,
) -> Response:
    """Give up the payment, from every `requires_*`, and release what was authorised."""
    body = body or CancelPaymentIntent()
    reply = await cashier.perform(
        cancellations.CANCEL,
        claim_of(payer, "cancel_payment_intent", key, body, target=payment_intent_id),
        payment_intent_id,
        body,
        owner=owner_of(payer),
        provision=cashier.provision,
        now=cashier.clock(),
    )
    return respond(reply)
