"""The types of the events about payments."""

from __future__ import annotations

from enum import StrEnum

CUSTOMER_ERASED = "customer.erased"
"""Acknowledges the erasure of an account; for other services, not for webhooks."""


class EventType(StrEnum):
    """The types about payments that the declaration of the service announces."""

    AUTHORIZED = "payment.authorized"
    CAPTURED = "payment.captured"
    CANCELED = "payment.canceled"
    REFUNDED = "payment.refunded"
