"""The one way to the provider: commit what will be asked, ask, record the answer.

No transaction is open while the provider is called. Whatever happens in between (a time-out, a
killed process), the committed attempt remains and is asked again under the same idempotency key.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import ParamSpec
from uuid import UUID

from service_kit import Clock
from shared_db import Database

from payments_service import settling
from payments_service.at_once import Begun, begin_at_once, record_at_once, seen_of
from payments_service.attempts import Provision
from payments_service.provider.port import Operation, Outcome, OutcomeUnknown, Provider
from payments_service.replies import Reply
from payments_service.settlement import Settlement
from payments_service.steps import Step

P = ParamSpec("P")


class Cashier:
    """Carries out what needs the provider.

    Args:
        database: the service's database.
        provider: who moves the money.
        clock: gives the time.
        timeout: seconds that one call may take.
    """

    def __init__(
        self,
        database: Database,
        provider: Provider,
        clock: Clock,
        *,
        timeout: float,
    ) -> None:
        self.database = database
        self.clock = clock
        self.provision = Provision(
            name=provider.name, sandbox=provider.sandbox, patience=timedelta(seconds=2 * timeout)
        )
        self.provider = provider
        self._timeout = timeout

    async def perform(self, step: Step[P], *args: P.args, **kwargs: P.kwargs) -> Reply:
        """Begin, ask the provider, record; the reply for the client.

        An answer that does not come in time makes the reply one that says ``processing``
        (``pending`` for a refund); reconciliation finds the outcome.
        """
        opening = step.opening(*args, **kwargs)
        if opening is not None and (begun := await begin_at_once(self.database, opening)):
            outcome = await self.ask(begun.operation)
            return await self._record_begun(begun, outcome)
        operation = await self.database.run(step.begin, *args, **kwargs)
        if isinstance(operation, Reply):
            return operation
        outcome = await self.ask(operation)
        return await self.record(operation.idempotency_key, outcome)

    async def ask(self, operation: Operation) -> Outcome | None:
        """The provider's answer; None when there was none in time."""
        try:
            async with asyncio.timeout(self._timeout):
                return await self.provider.execute(operation)
        except (OutcomeUnknown, TimeoutError):
            return None

    async def record(self, attempt_id: UUID, outcome: Outcome | None) -> Reply:
        """Write the answer down in a transaction of its own; the reply that counts."""
        return await self.database.run(settling.record, attempt_id, outcome, self.clock())

    async def _record_begun(self, begun: Begun, outcome: Outcome | None) -> Reply:
        if outcome is not None:
            seen = seen_of(begun.intent)
            answer = Settlement(
                intent=begun.intent,
                attempt=begun.attempt,
                outcome=outcome,
                now=self.clock(),
                refund=begun.refund,
            )
            reply = settling.settle(answer)
            if await record_at_once(self.database, answer, reply, seen=seen):
                return reply
        return await self.record(begun.operation.idempotency_key, outcome)
