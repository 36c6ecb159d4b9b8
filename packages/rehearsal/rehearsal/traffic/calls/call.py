"""A call: a request, the reply that a correct client expects, and what it learns from it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from rehearsal.exchanged import IntentSeen, RefundSeen, Sent, Shown
from rehearsal.traffic.message import Reply

ServiceName = Literal["auth", "payments"]


@dataclass(slots=True)
class Call:
    """A request that can be sent.

    Args:
        kind: the kind of record that it leaves.
        service: who is asked.
        client: the id of the user who asks.
        data: the request as bytes; a callable gets the service's host.
        expected: the statuses that a correct client expects.
        sent: what it asks for.
        learn: takes what an expected reply says into the world, and tells what it showed.
    """

    kind: str
    service: ServiceName
    client: str
    data: Callable[[str], bytes]
    expected: tuple[int, ...]
    sent: Sent
    learn: Callable[[Reply], Shown]


def intent_seen(body: dict[str, Any]) -> IntentSeen:
    """The payment intent in a reply.

    Raises:
        KeyError: it is none.
    """
    return IntentSeen(
        id=body["id"],
        status=body["status"],
        amount=body["amount"],
        currency=body["currency"],
        captured=body["amount_captured"],
        refunded=body["amount_refunded"],
        request=body["metadata"].get("request", ""),
    )


def refund_seen(body: dict[str, Any]) -> RefundSeen:
    """The refund in a reply.

    Raises:
        KeyError: it is none.
    """
    return RefundSeen(
        id=body["id"],
        intent=body["payment_intent"],
        amount=body["amount"],
        currency=body["currency"],
        status=body["status"],
    )


def token_digest(token: str) -> str:
    """What records keep of a refresh token, and the service's table too."""
    return hashlib.sha256(token.encode()).hexdigest()
