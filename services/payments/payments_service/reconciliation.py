"""Reconciliation: attempts without a known outcome are asked again until they have one."""

from __future__ import annotations

from datetime import timedelta

import structlog

from payments_service import attempts, idempotency
from payments_service.cashier import Cashier
from payments_service.closing import close_inactive
from payments_service.provider.port import Operation
from payments_service.rounds import Rounds

logger = structlog.get_logger(__name__)


async def reconcile(cashier: Cashier, *, limit: int) -> int:
    """Ask the provider again for at most ``limit`` overdue attempts.

    Several processes may run this at once: an attempt is taken by one of them, and the provider
    carries it out once whoever asks. Requests that were never answered get their reply.

    Returns:
        How many outcomes became known.
    """
    due = await cashier.database.run(
        attempts.take_due,
        now=cashier.clock(),
        limit=limit,
        patience=cashier.provision.patience,
    )
    return sum([await _settle(cashier, operation) for operation in due])


async def _settle(cashier: Cashier, operation: Operation) -> bool:
    outcome = await cashier.ask(operation)
    if outcome is None:
        logger.warning("provider_silent", attempt=str(operation.idempotency_key))
        return False
    await cashier.record(operation.idempotency_key, outcome)
    return True


class Reconciler(Rounds):
    """Reconciles in rounds while the service runs, and forgets replies past their time.

    Args:
        cashier: the way to the provider.
        interval: seconds between two rounds.
        batch: how many attempts and old keys one round takes.
        keep: for how long replies are kept for replay.
    """

    def __init__(self, cashier: Cashier, *, interval: float, batch: int, keep: timedelta) -> None:
        super().__init__("reconciliation", interval)
        self._cashier = cashier
        self._batch = batch
        self._keep = keep

    async def round(self) -> None:
        """One round: overdue attempts, payments to be given up, replies past their time."""
        await reconcile(self._cashier, limit=self._batch)
        await close_inactive(self._cashier, limit=self._batch)
        await self._cashier.database.run(
            idempotency.purge, self._cashier.clock() - self._keep, self._batch
        )
