"""Sends what is due, in rounds beside the requests."""

from __future__ import annotations

import asyncio

from service_kit import Clock
from shared_db import Database

from payments_service.rounds import Rounds
from payments_service.webhooks import deliveries
from payments_service.webhooks.deliveries import Sending
from payments_service.webhooks.sender import WebhookSender
from payments_service.webhooks.signatures import signed_headers


class Deliverer(Rounds):
    """Delivers webhooks; several processes may do so at once.

    Args:
        database: the service's database.
        sender: sends one.
        clock: gives the time.
        interval: seconds between two rounds.
        batch: how many are sent at once.
    """

    def __init__(
        self,
        database: Database,
        sender: WebhookSender,
        clock: Clock,
        *,
        interval: float,
        batch: int,
    ) -> None:
        super().__init__("webhooks", interval)
        self._database = database
        self._sender = sender
        self._clock = clock
        self._batch = batch

    async def round(self) -> None:
        """Send what is due now, each once."""
        if not await deliveries.is_any_due(self._database, self._clock()):
            return
        due = await self._database.run(deliveries.take_due, now=self._clock(), limit=self._batch)
        await asyncio.gather(*(self._deliver(sending) for sending in due))

    async def _deliver(self, sending: Sending) -> None:
        headers = signed_headers(
            str(sending.event_id), sending.body, keys=sending.secrets, now=self._clock()
        )
        answer = await self._sender.send(sending.url, sending.body, headers)
        await self._database.run(deliveries.record, sending.delivery_id, answer, self._clock())
