"""What the transactions of one request did: it is repeated only when that is safe."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass
class RequestScope:
    """What the transactions of one request share.

    Args:
        deadline: until when they are repeated, in seconds of the event loop's clock.
        commits: how many were committed, or may have been.
    """

    deadline: float | None = None
    commits: int = 0


_current: ContextVar[RequestScope | None] = ContextVar("shared_db_request_scope", default=None)


@contextmanager
def request_scope(*, deadline: float | None = None) -> Iterator[RequestScope]:
    """Open a scope around the handling of one request; transactions inside report to it.

    Args:
        deadline: until when its transactions are repeated, in seconds of the loop's clock.
    """
    scope = RequestScope(deadline)
    token = _current.set(scope)
    try:
        yield scope
    finally:
        _current.reset(token)


def earliest_deadline(deadline: float) -> float:
    """The request's deadline where it is earlier than ``deadline``."""
    scope = _current.get()
    if scope is None or scope.deadline is None:
        return deadline
    return min(scope.deadline, deadline)


def note_commit() -> None:
    """Report that COMMIT is about to be sent."""
    scope = _current.get()
    if scope is not None:
        scope.commits += 1
