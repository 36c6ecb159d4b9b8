"""kill -9 around the call of the provider: money moves once and the books agree."""

from __future__ import annotations

import asyncio
import signal
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from payments_service.cashier import Cashier
from payments_service.reconciliation import reconcile
from service_kit import utc_now

SCRIPT = Path(__file__).with_name("killed_cashier.py")
REACHED = {
    "confirm": "requires_capture",
    "capture": "succeeded",
    "cancel": "canceled",
    "refund": "succeeded",
}


async def killed(verb: str, intent_id: str, moment: str) -> None:
    """Let another process make the step and die of it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(SCRIPT), verb, intent_id, moment, stderr=asyncio.subprocess.PIPE
    )
    _, told = await process.communicate()
    assert process.returncode == -signal.SIGKILL, told.decode()


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("verb", REACHED)
async def test_a_killed_step_is_completed_and_the_provider_asked_to_do_it_once(
    payer: Any, cashier: Cashier, clock: Any, rows: Any, verb: str, moment: str
) -> None:
    if verb == "confirm":
        intent_id = (await payer.intent())["id"]
    else:
        intent_id = await (payer.paid() if verb == "refund" else payer.authorized())
    await killed(verb, intent_id, moment)
    (attempt,) = await rows("SELECT kind FROM payments.payment_attempts WHERE status = 'pending'")
    clock.now = utc_now() + timedelta(minutes=5)
    assert await reconcile(cashier, limit=10) == 1
    shown = await payer.state(intent_id)
    assert shown["status"] == REACHED[verb]
    assert shown["amount_refunded"] == (1000 if verb == "refund" else 0)
    done = await rows(
        "SELECT amount FROM payments.sandbox_operations WHERE kind = $1", attempt["kind"]
    )
    assert [row["amount"] for row in done] == [1000]
    (key,) = await rows("SELECT reply_status FROM payments.idempotency_keys WHERE key = 'killed'")
    assert key["reply_status"] in {200, 201}
    unbalanced = await rows(
        "SELECT transaction_id FROM payments.ledger_entries"
        " GROUP BY transaction_id, currency HAVING sum(amount) <> 0"
    )
    assert unbalanced == []
