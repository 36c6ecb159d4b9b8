"""/v1/refunds"""

from __future__ import annotations

from uuid import UUID

from fastapi import Response, status
from service_kit import Caller, ConnectionDep, Router, responses

from payments_service import refunds
from payments_service.errors import (
    AmountExceedsRemaining,
    PaymentIntentNotFound,
    RefundNotFound,
    WrongState,
)
from payments_service.routes.access import REFUSALS, CashierDep, Reach
from payments_service.routes.idempotency_key import (
    IDEMPOTENCY_PROBLEMS,
    IdempotencyKeyDep,
    claim_of,
    respond,
)
from payments_service.routes.journey import REFUND_LEADS_ON
from payments_service.schemas import CreateRefund, RefundBody

router = Router(prefix="/v1/refunds", tags=["refunds"], responses=REFUSALS)


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    response_model=RefundBody,
    responses=responses(
        PaymentIntentNotFound, WrongState, AmountExceedsRemaining, *IDEMPOTENCY_PROBLEMS
    )
    | REFUND_LEADS_ON,
)
async def create_refund(
    body: CreateRefund,
    caller: Caller,
    reach: Reach,
    key: IdempotencyKeyDep,
    cashier: CashierDep,
) -> Response:
    """Give captured money back; `pending` or `failed` is told by the refund's status."""
    reply = await cashier.perform(
        refunds.REFUND,
        claim_of(caller, "create_refund", key, body),
        body,
        owner=reach,
        provision=cashier.provision,
        now=cashier.clock(),
    )
    return respond(reply)


@router.get("/{refund_id}", responses=responses(RefundNotFound))
async def get_refund(refund_id: UUID, reach: Reach, connection: ConnectionDep) -> RefundBody:
    """One refund."""
    return RefundBody.of_refund(await refunds.find(connection, refund_id, owner=reach))
