"""The errors of this service.

BrokenChain    the audit was tampered with; only the command that verifies it raises this
Problem
├── UserNotFound        404  the service of the accounts knows no such user
├── PaymentNotFound     404  the service of the payments knows no such payment
├── RefundNotPossible   409  the payment's state allows none, or that key's request is under way
└── RefundRefused       422  above what remains, or the key was used for another refund

What other services answer passes through as they say it; that they cannot be reached is a
problem of service_kit's client.
"""

from __future__ import annotations

from service_kit import Problem


class BrokenChain(Exception):
    """The audit is not what was written."""

    def __init__(self, position: int, what: str) -> None:
        super().__init__(
            f"The audit is broken: entry {position} {what}. Stop writing to it, keep a copy, and "
            "compare it with the newest backup whose chain holds."
        )
        self.position = position


class UserNotFound(Problem):
    """There is no such account."""

    status = 404
    code = "user_not_found"
    title = "User not found"


class PaymentNotFound(Problem):
    """There is no such payment."""

    status = 404
    code = "payment_intent_not_found"
    title = "Payment intent not found"


class RefundNotPossible(Problem):
    """The payment's state allows no refund, or the first request with that key is under way."""

    status = 409
    code = "payment_intent_wrong_state"
    title = "Not possible in this state"


class RefundRefused(Problem):
    """The amount is above what remains, or the key was used for another refund."""

    status = 422
    code = "amount_exceeds_remaining"
    title = "Amount above what remains"
