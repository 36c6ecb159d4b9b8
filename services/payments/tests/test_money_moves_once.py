"""Crowds of captures, refunds and cancels around a process that is killed at the provider.

The process commits what it asks for, calls the provider and dies of SIGKILL before or after the
provider has worked. Fifty requests at once meet what it left, and fifty more its completion:
the provider has charged and paid back once, and all books agree.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from payment_shop import BookedIntent, books_of
from payments_service.cashier import Cashier
from payments_service.reconciliation import reconcile
from service_kit import utc_now

pytestmark = pytest.mark.slow

CROWD = 50
SCRIPT = Path(__file__).with_name("killed_cashier.py")
ENDS = {
    "capture": ("succeeded", 1000, 900),
    "cancel": ("canceled", 0, 0),
    "refund": ("succeeded", 1000, 1000),
}
"""Status, captured and refunded when everything is known: what was killed is completed."""


async def killed(verb: str, intent_id: str, moment: str) -> None:
    """Let another process make the step and die of it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(SCRIPT), verb, intent_id, moment, stderr=asyncio.subprocess.PIPE
    )
    _, told = await process.communicate()
    assert process.returncode == -signal.SIGKILL, told.decode()


async def crowd(payer: Any, intent_id: str) -> Counter[tuple[str, int]]:
    """Captures, cancels and refunds at once; how often each was answered with which status."""
    path = f"/v1/payment_intents/{intent_id}"
    requests = {
        "capture": (f"{path}/capture", {"amount": 1000}),
        "cancel": (f"{path}/cancel", None),
        "refund": ("/v1/refunds", {"payment_intent": intent_id, "amount": 300}),
    }
    names = [list(requests)[n % len(requests)] for n in range(CROWD)]
    replies = await asyncio.gather(*(payer.post(*requests[name]) for name in names))
    return Counter((name, reply.status_code) for name, reply in zip(names, replies, strict=True))


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("verb", ENDS)
async def test_a_crowd_around_a_killed_process_moves_money_once(
    payer: Any, cashier: Cashier, clock: Any, verb: str, moment: str
) -> None:
    intent_id = await (payer.paid() if verb == "refund" else payer.authorized())
    await killed(verb, intent_id, moment)
    met = await crowd(payer, intent_id)
    assert {status for _, status in met} <= {409, 422}, "something is under way: all are refused"
    clock.now = utc_now() + timedelta(minutes=5)
    found = await asyncio.gather(*(reconcile(cashier, limit=10) for _ in range(2)))
    assert sum(found) == 1
    after = await crowd(payer, intent_id)
    assert {status for _, status in after} <= {201, 409, 422}
    book = await the_book(payer, cashier)
    book.check_at_rest()
    assert (book.status, book.captured, book.refunded) == ENDS[verb]


async def the_book(payer: Any, cashier: Cashier) -> BookedIntent:
    """What all tables say about the only payment."""
    async with cashier.database.connection() as connection:
        (book,) = await books_of(connection, UUID(await payer.customer()))
    return book
