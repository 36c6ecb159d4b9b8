"""The one way to the provider: commit what will be asked, ask, record the answer.

No transaction is open while the provider is called. Whatever happens in between (a time-out, a
killed process), the committed attempt remains and is asked again under the same idempotency key.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Concatenate, ParamSpec
from uuid import UUID

from service_kit import Clock
from shared_db import Database
from sqlmodel.ext.asyncio.session import AsyncSession

from payments_service import attempts, cancellations, captures, confirmations, idempotency, refunds
from payments_service.attempts import Provision
from payments_service.models import Refund
from payments_service.models.operations import AttemptStatus
from payments_service.provider.port import (
    Operation,
    OperationKind,
    Outcome,
    OutcomeUnknown,
    Provider,
)
from payments_service.replies import Reply, intent_reply, refund_reply
from payments_service.settlement import Settlement

P = ParamSpec("P")

SETTLE: Mapping[OperationKind, Callable[[AsyncSession, Settlement], Awaitable[Reply]]] = {
    OperationKind.AUTHORIZE: confirmations.settle,
    OperationKind.CAPTURE: captures.settle,
    OperationKind.VOID: cancellations.settle,
    OperationKind.REFUND: refunds.settle,
}


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

    async def perform(
        self,
        begin: Callable[Concatenate[AsyncSession, P], Awaitable[Operation | Reply]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Reply:
        """Begin, ask the provider, record; the reply for the client.

        An answer that does not come in time makes the reply one that says ``processing``
        (``pending`` for a refund); reconciliation finds the outcome.
        """
        begun = await self.database.run(begin, *args, **kwargs)
        if isinstance(begun, Reply):
            return begun
        outcome = await self.ask(begun)
        return await self.record(begun.idempotency_key, outcome)

    async def ask(self, operation: Operation) -> Outcome | None:
        """The provider's answer; None when there was none in time."""
        try:
            async with asyncio.timeout(self._timeout):
                return await self.provider.execute(operation)
        except (OutcomeUnknown, TimeoutError):
            return None

    async def record(self, attempt_id: UUID, outcome: Outcome | None) -> Reply:
        """Write the answer down in a transaction of its own; the reply that counts."""
        return await self.database.run(_record, attempt_id, outcome, self.clock())


async def _record(
    session: AsyncSession, attempt_id: UUID, outcome: Outcome | None, now: datetime
) -> Reply:
    intent, attempt = await attempts.lock(session, attempt_id)
    if attempt.status == AttemptStatus.PENDING and outcome is not None:
        attempts.finish(attempt, outcome, now)
        settlement = Settlement(intent=intent, attempt=attempt, outcome=outcome, now=now)
        reply = await SETTLE[OperationKind(attempt.kind)](session, settlement)
    elif attempt.refund_id is not None:
        reply = refund_reply(await session.get_one(Refund, attempt.refund_id))
    else:
        reply = intent_reply(intent)
    return await idempotency.complete(session, attempt_id, reply, now)
