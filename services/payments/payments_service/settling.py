"""Recording a provider's answer in a transaction, by the rules of its kind of operation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from payments_service import (
    attempts,
    cancellations,
    captures,
    confirmations,
    events,
    idempotency,
    ledger,
    refunds,
)
from payments_service.models import Refund
from payments_service.models.operations import AttemptStatus
from payments_service.provider.port import OperationKind, Outcome
from payments_service.replies import Reply, intent_reply, refund_reply
from payments_service.settlement import Settlement

_RULES: Mapping[OperationKind, Callable[[Settlement], Reply]] = {
    OperationKind.AUTHORIZE: confirmations.settle,
    OperationKind.CAPTURE: captures.settle,
    OperationKind.VOID: cancellations.settle,
    OperationKind.REFUND: refunds.settle,
}


def settle(answer: Settlement) -> Reply:
    """Apply the answer to the rows, which nothing is written of yet; the reply to the request."""
    attempts.finish(answer.attempt, answer.outcome, answer.now)
    return _RULES[OperationKind(answer.attempt.kind)](answer)


async def record(
    session: AsyncSession, attempt_id: UUID, outcome: Outcome | None, now: datetime
) -> Reply:
    """Write the answer down, unless that was done before; the reply that counts."""
    intent, attempt = await attempts.lock(session, attempt_id)
    refund = None
    if attempt.refund_id is not None:
        refund = await session.get_one(Refund, attempt.refund_id)
    if attempt.status == AttemptStatus.PENDING and outcome is not None:
        answer = Settlement(intent=intent, attempt=attempt, outcome=outcome, now=now, refund=refund)
        reply = settle(answer)
        await _write(session, answer)
    else:
        reply = intent_reply(intent) if refund is None else refund_reply(refund)
    return await idempotency.complete(session, attempt_id, reply, now)


async def _write(session: AsyncSession, answer: Settlement) -> None:
    if answer.capture is not None:
        session.add(answer.capture)
    if answer.movement is not None:
        await ledger.post(session, answer.movement)
    if answer.event is not None:
        await events.record(session, answer.event, answer.intent)
