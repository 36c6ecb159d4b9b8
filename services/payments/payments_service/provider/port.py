"""What this service asks of a payment provider."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID


class OperationKind(StrEnum):
    """What a provider can be asked to do."""

    AUTHORIZE = "authorize"
    CAPTURE = "capture"
    VOID = "void"
    REFUND = "refund"


class Result(StrEnum):
    """How an operation ended."""

    SUCCEEDED = "succeeded"
    REQUIRES_ACTION = "requires_action"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One request to the provider.

    Args:
        kind: what to do.
        idempotency_key: the same for every repetition; a provider carries it out once.
        amount: in minor units of ``currency``; what to capture may be less than was authorised.
        currency: ISO 4217 code.
        payment_method: the provider's token for the means of payment.
        reference: the provider's name for the payment, None for its first authorisation.
    """

    kind: OperationKind
    idempotency_key: UUID
    amount: int
    currency: str
    payment_method: str
    reference: str | None


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The provider's answer.

    Args:
        result: how it ended.
        reference: the provider's name for the payment.
        error_code: why it failed, a stable word.
        error_message: the same for people.
        action_url: where the customer completes the payment, for ``requires_action``.
    """

    result: Result
    reference: str
    error_code: str | None = None
    error_message: str | None = None
    action_url: str | None = None


@dataclass(frozen=True, kw_only=True)
class ProviderMessage:
    """What a provider tells by itself, its signature verified.

    Args:
        message_id: the same each time that the message is sent.
        attempt_id: the idempotency key of the operation that it is about.
    """

    message_id: str
    attempt_id: UUID


class OutcomeUnknown(Exception):
    """The provider did not answer: the operation may have been carried out or not."""


class Provider(Protocol):
    """A payment provider.

    ``sandbox`` tells whether the documented ``pm_fake_*`` payment methods are accepted.
    """

    @property
    def name(self) -> str:
        """The provider's name, kept with each attempt."""

    @property
    def sandbox(self) -> bool:
        """Whether no real money moves."""

    async def execute(self, operation: Operation) -> Outcome:
        """Carry out ``operation``, or give the outcome of the earlier call with its key.

        Raises:
            OutcomeUnknown: no answer came; calling again with the same operation is safe.
        """

    def read_webhook(
        self, headers: Mapping[str, str], body: bytes, now: datetime
    ) -> ProviderMessage:
        """The message in a webhook.

        Raises:
            WebhookRefused: the provider has not signed it, or not lately, or it cannot be read.
        """
