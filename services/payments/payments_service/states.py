"""The states of a payment intent: one table of transitions, and nothing else decides.

requires_payment_method → requires_confirmation → requires_action or processing →
requires_capture → succeeded; canceled from every requires_*. ``processing`` holds as long as the
provider's answer to an operation is not known.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Status(StrEnum):
    """The states that clients see."""

    REQUIRES_PAYMENT_METHOD = "requires_payment_method"
    REQUIRES_CONFIRMATION = "requires_confirmation"
    REQUIRES_ACTION = "requires_action"
    PROCESSING = "processing"
    REQUIRES_CAPTURE = "requires_capture"
    SUCCEEDED = "succeeded"
    CANCELED = "canceled"


class Event(StrEnum):
    """What may happen to an intent: requests of clients and outcomes at the provider."""

    ATTACH = "attach_payment_method"
    CONFIRM = "confirm"
    AUTHORIZED = "authorized"
    ACTION_REQUIRED = "action_required"
    DECLINED = "declined"
    CAPTURE = "capture"
    CAPTURED = "captured"
    CAPTURE_FAILED = "capture_failed"
    CANCEL = "cancel"
    ABANDON = "abandon"
    VOID = "void"
    VOIDED = "voided"
    VOID_FAILED = "void_failed"
    REFUND = "refund"


TRANSITIONS: Mapping[tuple[Status, Event], Status] = MappingProxyType(
    {
        (Status.REQUIRES_PAYMENT_METHOD, Event.ATTACH): Status.REQUIRES_CONFIRMATION,
        (Status.REQUIRES_PAYMENT_METHOD, Event.CANCEL): Status.CANCELED,
        (Status.REQUIRES_CONFIRMATION, Event.ATTACH): Status.REQUIRES_CONFIRMATION,
        (Status.REQUIRES_CONFIRMATION, Event.CONFIRM): Status.PROCESSING,
        (Status.REQUIRES_CONFIRMATION, Event.CANCEL): Status.CANCELED,
        (Status.REQUIRES_ACTION, Event.CONFIRM): Status.PROCESSING,
        (Status.REQUIRES_ACTION, Event.ABANDON): Status.PROCESSING,
        (Status.PROCESSING, Event.AUTHORIZED): Status.REQUIRES_CAPTURE,
        (Status.PROCESSING, Event.ACTION_REQUIRED): Status.REQUIRES_ACTION,
        (Status.PROCESSING, Event.DECLINED): Status.REQUIRES_PAYMENT_METHOD,
        (Status.PROCESSING, Event.CAPTURED): Status.SUCCEEDED,
        (Status.PROCESSING, Event.CAPTURE_FAILED): Status.REQUIRES_CAPTURE,
        (Status.PROCESSING, Event.VOIDED): Status.CANCELED,
        (Status.PROCESSING, Event.VOID_FAILED): Status.REQUIRES_CAPTURE,
        (Status.REQUIRES_CAPTURE, Event.CAPTURE): Status.PROCESSING,
        (Status.REQUIRES_CAPTURE, Event.VOID): Status.PROCESSING,
        (Status.SUCCEEDED, Event.REFUND): Status.SUCCEEDED,
    }
)

FINAL = frozenset({Status.SUCCEEDED, Status.CANCELED})
"""States that an intent never leaves."""

_HELD_BY_PROVIDER = {Status.REQUIRES_ACTION: Event.ABANDON, Status.REQUIRES_CAPTURE: Event.VOID}


class TransitionRefused(Exception):
    """The event cannot happen in that state.

    Args:
        status: the state that the intent is in.
        event: what was to happen.
    """

    def __init__(self, status: Status, event: Event) -> None:
        super().__init__(f"{event.value} is not possible while the state is {status.value}")
        self.status = status
        self.event = event


def after(status: Status, event: Event) -> Status:
    """The state that ``event`` leads to.

    Raises:
        TransitionRefused: the event is not possible in ``status``.
    """
    try:
        return TRANSITIONS[status, event]
    except KeyError:
        raise TransitionRefused(status, event) from None


def ready_for(*events: Event) -> list[Status]:
    """The states in which ``events`` can happen, one after the other."""
    ready = []
    for status in Status:
        reached: Status | None = status
        for event in events:
            reached = None if reached is None else TRANSITIONS.get((reached, event))
        if reached is not None:
            ready.append(status)
    return ready


def cancellation(status: Status) -> Event:
    """How an intent in that state is canceled.

    ``CANCEL`` is immediate. Where the provider holds something it is asked first: to forget the
    customer's action (``ABANDON``) or to release what it authorised (``VOID``).
    """
    return _HELD_BY_PROVIDER.get(status, Event.CANCEL)
