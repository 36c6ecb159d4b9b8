"""What is done with jobs of a kind, and how often it is tried."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from service_kit.jobs.job import Job

_LONGEST_PAUSE = 3600.0


def doubling(attempt: int) -> float:
    """Seconds until the next attempt: 1, 2, 4 … up to an hour."""
    return float(min(2 ** (attempt - 1), _LONGEST_PAUSE))


@dataclass(frozen=True)
class JobHandler:
    """How jobs of a kind are done.

    Args:
        run: does one; what it returns is kept as the result, which is JSON.
        attempts: how often it is tried, deaths of the worker included.
        pause: seconds after the attempt of that number, from 1.
        lease: seconds after which a job of a worker that is gone is taken by another one.
    """

    run: Callable[[Job], Awaitable[Mapping[str, Any] | None]]
    attempts: int = 10
    pause: Callable[[int], float] = doubling
    lease: float = 30.0
