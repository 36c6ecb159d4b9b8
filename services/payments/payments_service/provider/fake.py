"""The fake provider: programmable by payment method, and the sandbox of API clients.

| Payment method | Behaviour |
|---|---|
| `pm_fake_ok` | authorises, captures, voids and refunds |
| `pm_fake_declined` | the authorisation is declined: `card_declined` |
| `pm_fake_insufficient_funds` | the authorisation is declined: `insufficient_funds` |
| `pm_fake_requires_action` | asks for an action first; the second confirm authorises |
| `pm_fake_timeout` | authorises, but the answer is lost; the next call gives it |
| `pm_fake_timeout_declined` | declines, but the answer is lost |
| `pm_fake_capture_declined` | authorises; the capture is refused: `authorization_expired` |
| `pm_fake_capture_timeout` | authorises; captures, but the answer is lost |
| `pm_fake_void_declined` | authorises; canceling is refused: `void_refused` |
| `pm_fake_refund_declined` | the refund is refused: `refund_refused` |
| `pm_fake_refund_timeout` | refunds, but the answer is lost |
| `pm_fake_webhook_found` | authorises, but the answer is lost; a webhook tells of it |
| `pm_fake_webhook_duplicated` | authorises; a webhook tells of it twice |
| `pm_fake_webhook_reordered` | authorises; the webhook of the capture comes before that of it |

Any other payment method is declined as `payment_method_unknown`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from service_kit import Clock
from shared_db import Database
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from payments_service.errors import WebhookRefused
from payments_service.models import SandboxOperation
from payments_service.provider.port import (
    Operation,
    OperationKind,
    Outcome,
    OutcomeUnknown,
    ProviderMessage,
    Result,
)
from payments_service.webhooks import inbox
from payments_service.webhooks.signatures import signed_headers, verified_id

_REMEMBER = """
INSERT INTO payments.sandbox_operations AS known
    (idempotency_key, kind, amount, currency, payment_method, reference, result, error_code,
     calls, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9)
ON CONFLICT (idempotency_key) DO UPDATE SET calls = known.calls + 1
RETURNING calls
"""

FAKE_PREFIX = "pm_fake_"
ACTION_URL = "https://sandbox.invalid/actions/"


@dataclass(frozen=True)
class Behaviour:
    """How the fake answers one kind of operation."""

    error_code: str | None = None
    requires_action: bool = False
    first_answer_lost: bool = False
    webhooks: int = 0
    """How often a webhook tells of the outcome, before the answer does."""


PLAIN = Behaviour()
_AUTHORIZE, _CAPTURE = OperationKind.AUTHORIZE, OperationKind.CAPTURE
_VOID, _REFUND = OperationKind.VOID, OperationKind.REFUND

PROGRAMS: Mapping[str, Mapping[OperationKind, Behaviour]] = {
    "pm_fake_ok": {},
    "pm_fake_declined": {_AUTHORIZE: Behaviour("card_declined")},
    "pm_fake_insufficient_funds": {_AUTHORIZE: Behaviour("insufficient_funds")},
    "pm_fake_requires_action": {_AUTHORIZE: Behaviour(requires_action=True)},
    "pm_fake_timeout": {_AUTHORIZE: Behaviour(first_answer_lost=True)},
    "pm_fake_timeout_declined": {_AUTHORIZE: Behaviour("card_declined", first_answer_lost=True)},
    "pm_fake_capture_declined": {_CAPTURE: Behaviour("authorization_expired")},
    "pm_fake_capture_timeout": {_CAPTURE: Behaviour(first_answer_lost=True)},
    "pm_fake_void_declined": {_VOID: Behaviour("void_refused")},
    "pm_fake_refund_declined": {_REFUND: Behaviour("refund_refused")},
    "pm_fake_webhook_found": {_AUTHORIZE: Behaviour(first_answer_lost=True, webhooks=1)},
    "pm_fake_webhook_duplicated": {_AUTHORIZE: Behaviour(webhooks=2)},
    "pm_fake_webhook_reordered": {_CAPTURE: Behaviour(webhooks=1)},
    "pm_fake_refund_timeout": {_REFUND: Behaviour(first_answer_lost=True)},
}
_UNKNOWN_METHOD = {_AUTHORIZE: Behaviour("payment_method_unknown")}


def behaviour(operation: Operation) -> Behaviour:
    """What the payment method says about this kind of operation."""
    program = PROGRAMS.get(operation.payment_method, _UNKNOWN_METHOD)
    return program.get(operation.kind, PLAIN)


def answer(operation: Operation) -> Outcome:
    """The outcome of ``operation``; it depends on the operation alone."""
    reference = operation.reference or f"fake_{operation.idempotency_key}"
    rule = behaviour(operation)
    if rule.requires_action and operation.reference is None:
        return Outcome(
            result=Result.REQUIRES_ACTION, reference=reference, action_url=ACTION_URL + reference
        )
    if rule.error_code is not None:
        message = f"The sandbox refused it: {rule.error_code.replace('_', ' ')}."
        return Outcome(
            result=Result.FAILED,
            reference=reference,
            error_code=rule.error_code,
            error_message=message,
        )
    return Outcome(result=Result.SUCCEEDED, reference=reference)


class FakeProvider:
    """A provider that moves no money and remembers what it was asked in a table.

    The table makes it a provider like others: several processes see one state, which outlasts
    each of them, and an idempotency key is carried out once whoever repeats it.

    Args:
        database: where ``sandbox_operations`` is.
        clock: gives the time.
        webhook_secret: what webhooks are signed with; empty: none is sent or accepted.
    """

    name = "fake"
    sandbox = True

    def __init__(self, database: Database, clock: Clock, *, webhook_secret: str = "") -> None:
        self._database = database
        self._clock = clock
        self._secret = webhook_secret

    async def execute(self, operation: Operation) -> Outcome:
        """Carry out ``operation`` once; see ``Provider.execute``."""
        outcome = answer(operation)
        calls = await self._remember(operation, outcome)
        if calls == 1 and self._secret:
            await self._tell(operation, outcome)
        if calls == 1 and behaviour(operation).first_answer_lost:
            raise OutcomeUnknown(f"{operation.payment_method}: the answer is lost")
        return outcome

    def webhook(self, attempt_id: UUID) -> tuple[dict[str, str], bytes]:
        """Headers and body of the webhook about an operation; the same id each time."""
        body = json.dumps({"type": "operation.finished", "operation": str(attempt_id)}).encode()
        now = self._clock()
        return signed_headers(f"msg_{attempt_id}", body, keys=[self._secret], now=now), body

    def read_webhook(
        self, headers: Mapping[str, str], body: bytes, now: datetime
    ) -> ProviderMessage:
        """The operation that a webhook is about; see ``Provider.read_webhook``."""
        message_id = verified_id(headers, body, key=self._secret, now=now)
        try:
            attempt_id = UUID(json.loads(body)["operation"])
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise WebhookRefused("The message names no operation.") from error
        return ProviderMessage(message_id=message_id, attempt_id=attempt_id)

    async def _tell(self, operation: Operation, outcome: Outcome) -> None:
        told = [operation.idempotency_key] * behaviour(operation).webhooks
        if told and operation.reference is not None:
            told += await self._database.run(self._earlier, outcome.reference, operation)
        for attempt_id in told:
            message = self.read_webhook(*self.webhook(attempt_id), self._clock())
            await self._database.run(inbox.receive, self.name, message, self._clock())

    async def _earlier(
        self, session: AsyncSession, reference: str, operation: Operation
    ) -> list[UUID]:
        """Operations of the payment whose webhook has waited for this one's."""
        statement = select(SandboxOperation.idempotency_key).where(
            col(SandboxOperation.reference) == reference,
            col(SandboxOperation.kind) == OperationKind.AUTHORIZE.value,
            col(SandboxOperation.idempotency_key) != operation.idempotency_key,
        )
        return list((await session.exec(statement)).all())

    async def _remember(self, operation: Operation, outcome: Outcome) -> int:
        """How often the operation was asked for, this time included."""
        row = await self._database.write(
            _REMEMBER,
            operation.idempotency_key,
            operation.kind.value,
            operation.amount,
            operation.currency,
            operation.payment_method,
            outcome.reference,
            outcome.result.value,
            outcome.error_code,
            self._clock(),
        )
        assert row is not None
        calls: int = row["calls"]
        return calls
