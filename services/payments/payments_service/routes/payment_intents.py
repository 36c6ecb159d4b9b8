"""/v1/payment_intents: made, read and listed."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response, status
from service_kit import (
    ConnectionDep,
    InvalidCursor,
    Page,
    PageParams,
    Router,
    responses,
)

from payments_service import intent_reads, intents
from payments_service.creation import create_at_once
from payments_service.errors import CustomerNotFound, CustomerSuspended, PaymentIntentNotFound
from payments_service.intents import Filters
from payments_service.replies import intent_reply
from payments_service.routes.access import REFUSALS, CashierDep, Payer, Reach, owner_of
from payments_service.routes.idempotency_key import (
    IDEMPOTENCY_PROBLEMS,
    IdempotencyKeyDep,
    claim_of,
    respond,
)
from payments_service.routes.journey import leads_on
from payments_service.routes.pages import before, shown_page
from payments_service.schemas import CreatePaymentIntent, PaymentIntentBody, shown_intent
from payments_service.states import Status

router = Router(prefix="/v1/payment_intents", tags=["payment intents"], responses=REFUSALS)


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    response_model=PaymentIntentBody,
    responses=responses(CustomerNotFound, CustomerSuspended, *IDEMPOTENCY_PROBLEMS)
    | leads_on(201, "get", "confirm", "cancel"),
)
async def create_payment_intent(
    body: CreatePaymentIntent,
    payer: Payer,
    key: IdempotencyKeyDep,
    cashier: CashierDep,
) -> Response:
    """Make a payment intent of the user's own customer."""
    claim = claim_of(payer, "create_payment_intent", key, body)
    owner, now = owner_of(payer), cashier.clock()
    async with cashier.database.connection() as connection:
        reply = await create_at_once(connection, claim, body, owner=owner, now=now)
    if reply is None:
        reply = await cashier.database.run(intents.create, claim, body, owner=owner, now=now)
    return respond(reply)


@router.get("", response_model=Page[PaymentIntentBody], responses=responses(InvalidCursor))
async def list_payment_intents(
    reach: Reach,
    connection: ConnectionDep,
    params: Annotated[PageParams, Depends()],
    customer: Annotated[UUID | None, Query(description="only this customer's")] = None,
    intent_status: Annotated[
        Status | None, Query(alias="status", description="only those in this state")
    ] = None,
) -> Response:
    """Payment intents, newest first: the user's own, or everybody's for a service."""
    filters = Filters(owner=reach, customer=customer, status=intent_status)
    found = await intent_reads.page(
        connection, filters, before=before(params), limit=params.limit + 1
    )
    return shown_page(found, params.limit, shown_intent)


@router.get(
    "/{payment_intent_id}",
    response_model=PaymentIntentBody,
    responses=responses(PaymentIntentNotFound),
)
async def get_payment_intent(
    payment_intent_id: UUID, reach: Reach, connection: ConnectionDep
) -> Response:
    """One payment intent."""
    found = await intent_reads.find(connection, payment_intent_id, owner=reach)
    return respond(intent_reply(found))
