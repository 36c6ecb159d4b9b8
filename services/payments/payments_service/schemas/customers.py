"""Customers as the API shows them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from service_kit import ResponseBody

from payments_service.models.intents import CustomerStatus


class CustomerBody(ResponseBody):
    """A customer."""

    id: UUID
    user_id: UUID
    status: CustomerStatus
    created_at: datetime
