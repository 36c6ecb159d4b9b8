"""Customers as the API shows them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from service_kit import ResponseBody

from payments_service.models.intents import CustomerStatus
from payments_service.schemas import examples
from payments_service.schemas.examples import shown


class CustomerBody(ResponseBody):
    """A customer."""

    model_config = shown(examples.CUSTOMER)

    id: UUID
    user_id: UUID
    status: CustomerStatus
    created_at: datetime
