"""Payments of all users, as the service that keeps them shows them to administrators."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from service_kit import DatabaseDep, InvalidCursor, Page, PageParams, UpstreamUnavailable, responses

from admin_service.audit import ids_of, record
from admin_service.routes.caller import REFUSALS, Administrator, UpstreamsDep
from admin_service.schemas import PaymentBody

router = APIRouter(prefix="/v1/admin/payments", tags=["payments"])


@router.get("", responses=responses(*REFUSALS, InvalidCursor, UpstreamUnavailable))
async def list_payments(
    administrator: Administrator,
    database: DatabaseDep,
    upstreams: UpstreamsDep,
    page: Annotated[PageParams, Depends()],
    customer: Annotated[UUID | None, Query(description="only this customer's")] = None,
    status: Annotated[
        str | None, Query(pattern=r"^[a-z_]{1,40}$", description="only those in this state")
    ] = None,
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
