"""/v1/customers"""

from __future__ import annotations

from uuid import UUID

from fastapi import Response, status
from service_kit import ReaderDep, Router, SessionDep, links, responses

from payments_service import customers
from payments_service.errors import CustomerNotFound
from payments_service.routes.access import REFUSALS, CashierDep, Payer, Reach, owner_of
from payments_service.routes.journey import CUSTOMER_LEADS_ON
from payments_service.schemas import CustomerBody

router = Router(prefix="/v1/customers", tags=["customers"], responses=REFUSALS)


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    responses={
        200: {
            "model": CustomerBody,
            "description": "The user's existing customer",
            **links(200, **CUSTOMER_LEADS_ON)[200],
        },
        **links(201, **CUSTOMER_LEADS_ON),
    },
)
async def create_customer(
    payer: Payer, session: SessionDep, cashier: CashierDep, response: Response
) -> CustomerBody:
    """Make the user's customer, or give the one that exists."""
    customer, created = await customers.ensure(session, owner_of(payer), cashier.clock())
    if not created:
        response.status_code = status.HTTP_200_OK
    return CustomerBody.of(customer)


@router.get("/{customer_id}", responses=responses(CustomerNotFound))
async def get_customer(customer_id: UUID, reach: Reach, session: ReaderDep) -> CustomerBody:
    """One customer."""
    return CustomerBody.of(await customers.find(session, customer_id, owner=reach))
