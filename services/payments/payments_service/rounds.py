"""Work that is done again and again while the service runs."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod

import structlog

logger = structlog.get_logger(__name__)


class Rounds(ABC):
    """Rounds with a pause between them; a failing one is logged and the next one comes.

    Args:
        name: for the log.
        interval: seconds between two rounds.
    """

    def __init__(self, name: str, interval: float) -> None:
        self._name = name
        self._interval = interval
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @abstractmethod
    async def round(self) -> None:
        """One round."""

    def start(self) -> None:
        """Begin with the rounds."""
        self._stopping.clear()
        self._task = asyncio.create_task(self._rounds(), name=f"payments-{self._name}")

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
                logger.exception("round_failed", work=self._name)

    async def _stopped_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                return await self._stopping.wait()
        except TimeoutError:
            return False
