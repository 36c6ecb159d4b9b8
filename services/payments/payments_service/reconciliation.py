"""Reconciliation: attempts without a known outcome are asked again until they have one."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import structlog

from payments_service import attempts, idempotency
from payments_service.cashier import Cashier
from payments_service.closing import close_inactive
from payments_service.provider.port import Operation

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


class Reconciler:
    """Reconciles in rounds while the service runs, and forgets replies past their time.

    Args:
        cashier: the way to the provider.
        interval: seconds between two rounds.
        batch: how many attempts and old keys one round takes.
        keep: for how long replies are kept for replay.
    """

    def __init__(self, cashier: Cashier, *, interval: float, batch: int, keep: timedelta) -> None:
        self._cashier = cashier
        self._interval = interval
        self._batch = batch
        self._keep = keep
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin with the rounds."""
        self._stopping.clear()
        self._task = asyncio.create_task(self._rounds(), name="payments-reconciliation")

    async def stop(self) -> None:
        """End after the round under way."""
        self._stopping.set()
        if self._task is not None:
            await self._task

    async def _rounds(self) -> None:
        while not await self._stopped_within(self._interval):
            try:
                await self.round()
            except Exception:
                logger.exception("reconciliation_failed")

    async def round(self) -> None:
        """One round: overdue attempts, payments to be given up, replies past their time."""
        await reconcile(self._cashier, limit=self._batch)
        await close_inactive(self._cashier, limit=self._batch)
        await self._cashier.database.run(
            idempotency.purge, self._cashier.clock() - self._keep, self._batch
        )

    async def _stopped_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                return await self._stopping.wait()
        except TimeoutError:
            return False
