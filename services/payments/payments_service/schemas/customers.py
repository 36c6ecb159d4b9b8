"""Customers as the API shows them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from service_kit import ResponseBody

from payments_service.models import Customer


class CustomerBody(ResponseBody):
    """A customer."""

    id: UUID
    user_id: UUID
    created_at: datetime

    @classmethod
    def of(cls, customer: Customer) -> CustomerBody:
        """What the API shows of ``customer``."""
        return cls(id=customer.id, user_id=customer.user_id, created_at=customer.created_at)
