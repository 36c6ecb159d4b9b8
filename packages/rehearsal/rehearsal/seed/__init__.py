"""Data as the services would have written them over two months, made by SQL in seconds.

Every row is a function of its number, so that afterwards the database itself can tell which rows
are no longer what was written. Nothing is switched off for it: all constraints and triggers hold.
Replies to idempotency keys and outbox events are past their retention and hence not there.
"""

from rehearsal.seed.differences import Difference, differences
from rehearsal.seed.homes import compare_homes, seed_homes
from rehearsal.seed.size import PASSWORD, Seed

__all__ = ["PASSWORD", "Difference", "Seed", "compare_homes", "differences", "seed_homes"]
