"""A provider whose answers may get lost on either side of its work."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from payments_service.provider.fake import FakeProvider
from payments_service.provider.port import Operation, Outcome, OutcomeUnknown, ProviderMessage


class Fate(StrEnum):
    """What becomes of the next call."""

    ANSWERED = "answered"
    LOST_BEFORE = "lost before the provider worked"
    LOST_AFTER = "lost after the provider worked"
    KILLED_BEFORE = "the caller died before the provider worked"
    KILLED_AFTER = "the caller died after the provider worked"

    @property
    def kills(self) -> bool:
        """Whether the caller does not live to see an answer."""
        return self in {Fate.KILLED_BEFORE, Fate.KILLED_AFTER}


class UnreliableProvider:
    """The sandbox behind a line that fails as it is told; ``fate`` counts for one call.

    Args:
        sandbox: what does the work.
    """

    name, sandbox = FakeProvider.name, True

    def __init__(self, sandbox: FakeProvider) -> None:
        self.fake = sandbox
        self.fate = Fate.ANSWERED
        self.reached = asyncio.Event()

    async def execute(self, operation: Operation) -> Outcome:
        """Do the work or not, and answer or not."""
        fate, self.fate = self.fate, Fate.ANSWERED
        if fate in {Fate.ANSWERED, Fate.LOST_AFTER, Fate.KILLED_AFTER}:
            outcome = await self.fake.execute(operation)
        if fate is Fate.ANSWERED:
            return outcome
        if fate.kills:
            self.reached.set()
            await asyncio.Event().wait()
        raise OutcomeUnknown(fate.value)

    def read_webhook(
        self, headers: Mapping[str, str], body: bytes, now: datetime
    ) -> ProviderMessage:
        """The operation that a webhook is about."""
        return self.fake.read_webhook(headers, body, now)
