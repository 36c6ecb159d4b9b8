"""Refunds as the API takes and shows them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from service_kit import RequestBody, ResponseBody

from payments_service.models import Refund
from payments_service.models.operations import RefundStatus
from payments_service.schemas import examples
from payments_service.schemas.examples import shown
from payments_service.schemas.failure import Failure
from payments_service.schemas.fields import Amount, RefundReason


class CreateRefund(RequestBody):
    """Give back the amount, by default all that remains."""

    payment_intent: UUID
    amount: Amount | None = None
    reason: RefundReason | None = None


class RefundBody(ResponseBody):
    """A refund; ``pending`` until the provider has answered."""

    model_config = shown(examples.REFUND)

    id: UUID
    payment_intent: UUID
    amount: int
    currency: str
    status: RefundStatus
    reason: str | None
    error: Failure | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of_refund(cls, refund: Refund) -> RefundBody:
        """What the API shows of ``refund``."""
        return cls(
            id=refund.id,
            payment_intent=refund.payment_intent_id,
            amount=refund.amount,
            currency=refund.currency,
            status=RefundStatus(refund.status),
            reason=refund.reason,
            error=Failure.of_code(refund.error_code, refund.error_message),
            created_at=refund.created_at,
            updated_at=refund.updated_at,
        )
