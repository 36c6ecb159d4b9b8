"""The time, as an argument of the rules that depend on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The present, aware of its zone."""
    return datetime.now(UTC)
