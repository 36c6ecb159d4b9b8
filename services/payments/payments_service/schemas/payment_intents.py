"""Payment intents as the API takes and shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field
from service_kit import RequestBody, ResponseBody

from payments_service.intent_rows import IntentRow
from payments_service.models import PaymentIntent
from payments_service.schemas import examples
from payments_service.schemas.examples import shown
from payments_service.schemas.failure import Failure
from payments_service.schemas.fields import (
    Amount,
    CancellationReason,
    CurrencyCode,
    Description,
    Metadata,
    PaymentMethod,
)
from payments_service.states import Status


class CreatePaymentIntent(RequestBody):
    """A wish to pay."""

    customer: UUID
    amount: Amount
    currency: CurrencyCode
    payment_method: PaymentMethod | None = None
    description: Description | None = None
    metadata: Metadata = Field(default_factory=dict)


class ConfirmPaymentIntent(RequestBody):
    """Authorise the amount, with another payment method if one is given."""

    payment_method: PaymentMethod | None = None


class CapturePaymentIntent(RequestBody):
    """Take the amount, or a part of it; the rest is released."""

    amount: Amount | None = None


class CancelPaymentIntent(RequestBody):
    """Give up the payment and release what was authorised."""

    reason: CancellationReason | None = None


class NextAction(ResponseBody):
    """What the customer has to do before the payment is confirmed again."""

    type: Literal["redirect_to_url"] = "redirect_to_url"
    url: str


class PaymentIntentBody(ResponseBody):
    """A payment intent."""

    model_config = shown(examples.PAYMENT_INTENT)

    id: UUID
    customer: UUID
    amount: int
    amount_capturable: int
    amount_captured: int
    amount_refunded: int
    currency: str
    status: Status
    payment_method: str | None
    next_action: NextAction | None
    last_error: Failure | None
    description: str | None
    metadata: dict[str, str]
    cancellation_reason: str | None
    created_at: datetime
    updated_at: datetime
    canceled_at: datetime | None


def shown_intent(intent: PaymentIntent | IntentRow) -> dict[str, Any]:
    """The fields of ``PaymentIntentBody`` for ``intent``: nothing else knows how one is shown.

    They stay a dict: to make twenty models costs more than all else that a list of twenty takes.
    """
    status = intent.status
    url = intent.action_url if status == Status.REQUIRES_ACTION else None
    return {
        "id": intent.id,
        "customer": intent.customer_id,
        "amount": intent.amount,
        "amount_capturable": intent.amount if status == Status.REQUIRES_CAPTURE else 0,
        "amount_captured": intent.captured,
        "amount_refunded": intent.refunded,
        "currency": intent.currency,
        "status": status,
        "payment_method": intent.payment_method,
        "next_action": None if url is None else {"type": "redirect_to_url", "url": url},
        "last_error": _shown_failure(intent.error_code, intent.error_message),
        "description": intent.description,
        "metadata": intent.details,
        "cancellation_reason": intent.cancellation_reason,
        "created_at": intent.created_at,
        "updated_at": intent.updated_at,
        "canceled_at": intent.canceled_at,
    }


def _shown_failure(code: str | None, message: str | None) -> dict[str, str | None] | None:
    return None if code is None else {"code": code, "message": message}
