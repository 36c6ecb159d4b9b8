"""A process that is killed around its call of the provider.

Run as ``killed_cashier.py VERB INTENT MOMENT``.

It makes the step as a request would, and ends itself by SIGKILL: nothing is closed, nothing said.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from typing import Any
from uuid import UUID

from payments_service import cancellations, captures, confirmations, refunds
from payments_service.cashier import Cashier
from payments_service.claims import Claim
from payments_service.declaration import service
from payments_service.provider.fake import FakeProvider
from payments_service.provider.port import Operation, Outcome
from payments_service.schemas import (
    CancelPaymentIntent,
    CapturePaymentIntent,
    ConfirmPaymentIntent,
    CreateRefund,
)
from payments_service.steps import Step
from service_kit import utc_now
from shared_db import Database

CLAIM = Claim(principal="user:killed", route="killed", key="killed", fingerprint=b"")
OWNER = """
SELECT user_id
  FROM payments.customers JOIN payments.payment_intents AS i ON i.customer_id = customers.id
 WHERE i.id = $1
"""


class KilledAround(FakeProvider):
    """The fake provider, with the caller's death before or after its work."""

    moment = ""

    async def execute(self, operation: Operation) -> Outcome:
        if self.moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        outcome = await super().execute(operation)
        os.kill(os.getpid(), signal.SIGKILL)
        return outcome


async def main(verb: str, intent_id: UUID, moment: str) -> None:
    """Make the step; the process does not outlive it."""
    async with Database(service) as database:
        provider = KilledAround(database, utc_now)
        provider.moment = moment
        cashier = Cashier(database, provider, utc_now, timeout=10)
        of_intent: dict[str, Any] = {"intent_id": intent_id}
        steps: dict[str, tuple[Step[...], dict[str, Any]]] = {
            "confirm": (confirmations.CONFIRM, of_intent | {"wish": ConfirmPaymentIntent()}),
            "capture": (captures.CAPTURE, of_intent | {"wish": CapturePaymentIntent()}),
            "cancel": (cancellations.CANCEL, of_intent | {"wish": CancelPaymentIntent()}),
            "refund": (refunds.REFUND, {"wish": CreateRefund(payment_intent=intent_id)}),
        }
        step, asked = steps[verb]
        owner = await database.value(OWNER, intent_id)
        await cashier.perform(
            step, request=CLAIM, owner=owner, provision=cashier.provision, now=utc_now(), **asked
        )


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], UUID(sys.argv[2]), sys.argv[3]))
