"""What the transactions of one request did: it is repeated only when that is safe."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass
class RequestScope:
    """Counts the transactions that were committed, or may have been, in one request."""

    commits: int = 0


_current: ContextVar[RequestScope | None] = ContextVar("shared_db_request_scope", default=None)


@contextmanager
def request_scope() -> Iterator[RequestScope]:
    """Open a scope around the handling of one request; transactions inside report to it."""
    scope = RequestScope()
    token = _current.set(scope)
    try:
        yield scope
    finally:
        _current.reset(token)


def note_commit() -> None:
    """Report that COMMIT is about to be sent."""
    scope = _current.get()
    if scope is not None:
        scope.commits += 1
