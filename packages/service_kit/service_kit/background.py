"""What a service does besides answering requests: its jobs and its consumers of events."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping

from shared_db import Database

from service_kit import development_packages
from service_kit.events.consumer import Consumer, Feed
from service_kit.events.event import Subscription
from service_kit.jobs.handler import JobHandler
from service_kit.jobs.worker import Worker


class Background:
    """The background work of a service; ``build_app(…, background=…)`` runs it.

    It runs inside the API process unless ``BACKGROUND=false``; then
    ``python -m service_kit.work SERVICE`` is a process for it.

    Args:
        database: the service's.
        jobs: what is done with jobs, by kind.
        consumers: whose events are applied.
        connect: makes the client of a producer; by default over the network.
    """

    def __init__(
        self,
        database: Database,
        *,
        jobs: Mapping[str, JobHandler] | None = None,
        consumers: Iterable[Subscription] = (),
        connect: Callable[[str], Feed] | None = None,
    ) -> None:
        self.database = database
        self.worker = Worker(database, jobs) if jobs else None
        self.subscriptions = tuple(consumers)
        self.consumers = [
            Consumer(database, subscription, connect or self._connect)
            for subscription in self.subscriptions
        ]
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin; the database is open."""
        self._tasks = [asyncio.create_task(each.serve()) for each in self.consumers]
        if self.worker is not None:
            self._tasks.append(asyncio.create_task(self.worker.serve()))

    async def stop(self) -> None:
        """End at once: transactions under way are rolled back, and done again by the next."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()

    def _connect(self, producer: str) -> Feed:
        development_packages.load("httpx")
        from service_kit.client import ServiceClient  # noqa: PLC0415 - only consumers need it

        return ServiceClient(producer, own=self.database.service.name)
