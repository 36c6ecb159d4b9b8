"""The errors of this service.

BrokenChain   the audit was tampered with; only the command that verifies it raises this

What other services answer passes through as they say it; that they cannot be reached is a
problem of service_kit's client.
"""

from __future__ import annotations


class BrokenChain(Exception):
    """The audit is not what was written."""

    def __init__(self, position: int, what: str) -> None:
        super().__init__(
            f"The audit is broken: entry {position} {what}. Stop writing to it, keep a copy, and "
            "compare it with the newest backup whose chain holds."
        )
        self.position = position
