"""A consumer: reads a producer's feed over HTTP and applies what it says, for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import structlog
from shared_db import ConfigurationError, Database, SharedDbError
from sqlmodel.ext.asyncio.session import AsyncSession

from service_kit.error_text import error_text
from service_kit.events.dead_letters import bury, hold
from service_kit.events.event import Event, Handler, Subscription
from service_kit.events.inbox import Arrival, apply, read_up_to
from service_kit.problems import Problem

ATTEMPTS = 5
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 10.0
_WAIT, _BATCH = 8.0, 100

logger = structlog.get_logger(__name__)


class Feed(Protocol):
    """What a consumer needs of ``ServiceClient``."""

    async def get(self, path: str, *, params: Mapping[str, Any] | None = None) -> Any:
        """GET a resource and return its JSON."""

    async def close(self) -> None:
        """Close all connections."""


class Consumer:
    """Reads one producer's feed.

    Several processes may run the same consumer: the position's row lets one of them apply at a
    time, and the others find the event done.

    Args:
        database: the consumer's.
        subscription: whose feed, and what to do.
        connect: makes the client of the producer.
        wait: seconds that a request to the feed waits for an event.
    """

    def __init__(
        self,
        database: Database,
        subscription: Subscription,
        connect: Callable[[str], Feed],
        *,
        wait: float = _WAIT,
    ) -> None:
        self._database = database
        self._subscription = subscription
        self._connect = connect
        self._wait = wait
        self._feed: Feed | None = None

    async def serve(self) -> None:
        """Consume until cancelled; whatever is out of reach is tried again."""
        pause = _FIRST_PAUSE
        try:
            while True:
                try:
                    await self.round()
                    pause = _FIRST_PAUSE
                    continue
                except (Problem, SharedDbError, ConfigurationError, ValueError) as error:
                    logger.warning("feed_interrupted", producer=self.producer, error=str(error))
                except Exception:
                    logger.exception("feed_failed", producer=self.producer)
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
        finally:
            await self.close()

    async def round(self) -> int:
        """Read once and apply what came; how many events came."""
        schema = self._database.service.schema
        after = await read_up_to(self._database, self.producer)
        if self._feed is None:
            self._feed = self._connect(self.producer)
        types = sorted(self._subscription.handlers)
        params = {"after": after, "timeout": self._wait, "limit": _BATCH, "type": types}
        arrivals = arrivals_of(self.producer, await self._feed.get("/v1/events", params=params))
        for arrival in arrivals:
            await self._settle(schema, arrival)
        return len(arrivals)

    async def close(self) -> None:
        """Close the connection to the producer."""
        if self._feed is not None:
            await self._feed.close()
            self._feed = None

    @property
    def producer(self) -> str:
        """Whose feed is read."""
        return self._subscription.producer

    async def _settle(self, schema: str, arrival: Arrival) -> None:
        """Apply an event or, after some attempts, make it a dead letter."""
        handler = self._subscription.handlers.get(arrival.event.type)
        pause = _FIRST_PAUSE
        for attempt in range(1, ATTEMPTS + 1):
            try:
                await self._database.run(self._apply, schema, arrival, handler)
                return
            except SharedDbError:
                raise  # the database is away: that tells nothing about the event
            except Exception as error:  # noqa: BLE001 - told, and kept with the dead letter
                text = error_text(error)
                event = {"producer": arrival.producer, "id": str(arrival.event.id)}
                logger.warning("event_failed", **event, attempt=attempt, error=text)
            if attempt < ATTEMPTS:
                await asyncio.sleep(pause)
                pause *= 2
        await self._database.run(self._bury, schema, arrival, text)

    @staticmethod
    async def _apply(
        session: AsyncSession, schema: str, arrival: Arrival, handler: Handler | None
    ) -> None:
        if handler is None or not await hold(session, schema, arrival):
            await apply(session, schema, arrival, handler)

    @staticmethod
    async def _bury(session: AsyncSession, schema: str, arrival: Arrival, error: str) -> None:
        await bury(session, schema, arrival, attempts=ATTEMPTS, error=error)


def arrivals_of(producer: str, batch: Any) -> list[Arrival]:
    """The events of a batch.

    Raises:
        ValueError: it is no batch of CloudEvents with positions.
    """
    try:
        return [
            Arrival(
                producer=producer,
                position=int(each["sequence"]),
                event=Event(
                    type=str(each["type"]),
                    subject=str(each["subject"]),
                    data=dict(each["data"]),
                    id=UUID(each["id"]),
                    time=datetime.fromisoformat(each["time"]),
                ),
            )
            for each in batch
        ]
    except (KeyError, TypeError) as error:
        raise ValueError(f"{producer} sent what is no batch of events.") from error
