"""The types of the events about payments."""

from __future__ import annotations

from enum import StrEnum


class EventType(StrEnum):
    """The types that the declaration of the service announces."""

    AUTHORIZED = "payment.authorized"
    CAPTURED = "payment.captured"
    CANCELED = "payment.canceled"
    REFUNDED = "payment.refunded"
