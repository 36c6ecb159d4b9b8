"""The errors of this service.

BrokenChain    the audit was tampered with; only the command that verifies it raises this
Problem
└── UserNotFound   404  the service of the accounts knows no such user

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
