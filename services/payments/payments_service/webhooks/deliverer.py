"""Sends what is due, in rounds beside the requests.

A receiver that is slow or silent keeps its own few deliveries waiting, never those of others: no
round waits for all that it began, and few are on their way to one endpoint at a time.
"""

from __future__ import annotations

import asyncio
from collections import Counter

import structlog
from service_kit import Clock
from shared_db import Database

from payments_service.rounds import Rounds
from payments_service.webhooks import deliveries
from payments_service.webhooks.deliveries import Sending
from payments_service.webhooks.sealing import Seal, SecretUnreadable
from payments_service.webhooks.sender import WebhookSender
from payments_service.webhooks.signatures import signed_headers

logger = structlog.get_logger(__name__)


class Deliverer(Rounds):
    """Delivers webhooks; several processes may do so at once.

    Args:
        database: the service's database.
        sender: sends one.
        seal: opens the endpoints' secrets.
        clock: gives the time.
        interval: seconds between two rounds.
        batch: how many may be on their way at once.
        per_endpoint: how many of them to one endpoint.
    """

    def __init__(
        self,
        database: Database,
        sender: WebhookSender,
        seal: Seal,
        clock: Clock,
        *,
        interval: float,
        batch: int,
        per_endpoint: int,
    ) -> None:
        super().__init__("webhooks", interval)
        self._database = database
        self._sender = sender
        self._seal = seal
        self._clock = clock
        self._batch = batch
        self._per_endpoint = per_endpoint
        self._under_way: dict[asyncio.Task[None], Sending] = {}

    async def round(self) -> None:
        """Begin to send what is due, and go on while sendings end and more is due."""
        while not self._stopping.is_set() and await self._begin():
            await asyncio.wait(
                self._under_way, timeout=self._interval, return_when=asyncio.FIRST_COMPLETED
            )

    async def stop(self) -> None:
        """End after the sendings under way."""
        await super().stop()
        await self.settle()

    async def settle(self) -> None:
        """Wait for the sendings under way."""
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _begin(self) -> int:
        free = self._batch - len(self._under_way)
        if free <= 0 or not await deliveries.is_any_due(self._database, self._clock()):
            return 0
        due = await self._database.run(
            deliveries.take_due,
            now=self._clock(),
            limit=free,
            per_endpoint=self._per_endpoint,
            under_way=Counter(sending.endpoint_id for sending in self._under_way.values()),
        )
        for sending in due:
            task = asyncio.create_task(self._deliver(sending), name="payments-webhook")
            self._under_way[task] = sending
            task.add_done_callback(self._ended)
        return len(due)

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._under_way[task]
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("delivery_interrupted", exc_info=error)

    async def _deliver(self, sending: Sending) -> None:
        answer = await self._send(sending)
        await self._database.run(deliveries.record, sending.delivery_id, answer, self._clock())

    async def _send(self, sending: Sending) -> int | str:
        try:
            keys = [self._seal.open(kept) for kept in sending.secrets]
        except SecretUnreadable as error:
            return str(error)
        headers = signed_headers(str(sending.event_id), sending.body, keys=keys, now=self._clock())
        return await self._sender.send(sending.url, sending.body, headers)
