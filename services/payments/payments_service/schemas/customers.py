"""Customers as the API shows them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from service_kit import ResponseBody


class CustomerBody(ResponseBody):
    """A customer."""

    id: UUID
    user_id: UUID
    created_at: datetime
