"""Payments of all users, as the service that keeps them shows them to administrators."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Header, Query
from fastapi import status as http_status
from service_kit import (
    DatabaseDep,
    InvalidCursor,
    Page,
    PageParams,
    Router,
    UpstreamUnavailable,
    links,
    responses,
)

from admin_service.audit import ids_of, record
from admin_service.errors import PaymentNotFound, RefundNotPossible, RefundRefused
from admin_service.routes.caller import REFUSALS, Administrator, UpstreamsDep
from admin_service.schemas import PaymentBody, PaymentStatus, RefundBody, RefundRequest

router = Router(prefix="/v1/admin/payments", tags=["payments"])


@router.get(
    "",
    responses=responses(*REFUSALS, InvalidCursor, UpstreamUnavailable)
    | links(200, refund_payment={"payment_id": "$response.body#/data/0/id"}),
)
async def list_payments(
    administrator: Administrator,
    database: DatabaseDep,
    upstreams: UpstreamsDep,
    page: Annotated[PageParams, Depends()],
    customer: Annotated[UUID | None, Query(description="only this customer's")] = None,
    status: Annotated[PaymentStatus | None, Query(description="only those in this state")] = None,
) -> Page[PaymentBody]:
    """List payment intents, newest first; the audit names payments and customers shown."""
    params = {
        "customer": customer and str(customer),
        "status": status,
        "limit": page.limit,
        "cursor": page.cursor,
    }
    found = await upstreams.read(
        "payments", "/v1/payment_intents", Page[PaymentBody], administrator, params
    )
    shown = ids_of(key for payment in found.data for key in (payment.id, payment.customer))
    await record(database, administrator, "payments.list", shown)
    return found


@router.post(
    "/{payment_id}/refund",
    status_code=http_status.HTTP_201_CREATED,
    responses=responses(
        *REFUSALS, PaymentNotFound, RefundNotPossible, RefundRefused, UpstreamUnavailable
    ),
)
async def refund_payment(
    payment_id: UUID,
    body: RefundRequest,
    administrator: Administrator,
    database: DatabaseDep,
    upstreams: UpstreamsDep,
    key: Annotated[
        str,
        Header(
            alias="Idempotency-Key",
            min_length=1,
            max_length=255,
            pattern=r"^[!-~]([ -~]*[!-~])?$",
            description="makes a repeated request one refund",
        ),
    ],
) -> RefundBody:
    """Give captured money back; the act is in the audit before it is asked for."""
    await record(database, administrator, "payments.refund", ids_of([payment_id]))
    asked = {"payment_intent": str(payment_id), **body.model_dump(exclude_none=True)}
    made = await upstreams.act(
        "payments", "/v1/refunds", administrator, asked, {"Idempotency-Key": key}
    )
    return RefundBody.model_validate(made)
