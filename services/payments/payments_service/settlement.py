"""What a provider's answer is applied to, and what comes of it.

Each kind of operation has its own rules (``settle`` in its module); they decide and write nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from payments_service.errors import PaymentDeclined
from payments_service.ledger import Movement
from payments_service.models import Capture, OutboxEvent, PaymentAttempt, PaymentIntent, Refund
from payments_service.provider.port import Outcome, Result
from payments_service.replies import Reply, problem_reply


@dataclass(kw_only=True)
class Settlement:
    """An answer and the rows that it concerns, which the rules change or make.

    Args:
        intent: the payment.
        attempt: what was asked.
        outcome: what was answered.
        now: when.
        refund: what is given back, if the attempt is to do so.
        capture: what was taken, if the rules say so.
        movement: what the ledger gets.
        event: what others are told.
    """

    intent: PaymentIntent
    attempt: PaymentAttempt
    outcome: Outcome
    now: datetime
    refund: Refund | None = None
    capture: Capture | None = None
    movement: Movement | None = None
    event: OutboxEvent | None = None

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
