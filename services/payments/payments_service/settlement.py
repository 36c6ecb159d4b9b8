"""What a provider's answer is applied to; each kind of operation has its own rules for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from payments_service.errors import PaymentDeclined
from payments_service.models import PaymentAttempt, PaymentIntent
from payments_service.provider.port import Outcome, Result
from payments_service.replies import Reply, problem_reply


@dataclass(frozen=True, kw_only=True)
class Settlement:
    """An answer and the locked rows that it concerns.

    Args:
        intent: the payment.
        attempt: what was asked.
        outcome: what was answered.
        now: when.
    """

    intent: PaymentIntent
    attempt: PaymentAttempt
    outcome: Outcome
    now: datetime

    @property
    def succeeded(self) -> bool:
        """Whether the provider did what it was asked to do."""
        return self.outcome.result is Result.SUCCEEDED

    def note_failure(self) -> None:
        """Show the provider's reason on the intent."""
        self.intent.error_code = self.outcome.error_code
        self.intent.error_message = self.outcome.error_message

    def declined(self, verb: str) -> Reply:
        """The 402 for the request that the provider refused; ``verb`` is its path's end."""
        problem = PaymentDeclined(
            self.outcome.error_message or "The provider gave no reason.",
            extra={"decline_code": self.outcome.error_code},
        )
        path = f"/v1/payment_intents/{self.intent.id}/{verb}"
        return problem_reply(problem, instance=path)
