"""SQLAlchemy's compiled statements, kept when the pool of a home is replaced by another."""

from __future__ import annotations

from sqlalchemy import Dialect, Engine
from sqlalchemy.util import LRUCache

_CAPACITY = 500


class CompiledStatements:
    """A cache of compiled statements that engines on different homes share.

    Compiling costs 1 to 2 ms of CPU a statement, and an engine of its own would compile them all
    again while requests wait for the new home. A compiled statement counts for one dialect object,
    so the engines share that too; nothing in it depends on the database.
    """

    def __init__(self) -> None:
        self._cache: LRUCache[object, object] = LRUCache(_CAPACITY)
        self._dialect: Dialect | None = None

    def share_with(self, engine: Engine) -> None:
        """Let a new engine use them; before engines with other options are derived from it."""
        engine.update_execution_options(compiled_cache=self._cache)
        if self._dialect is None:
            self._dialect = engine.dialect
        engine.dialect = self._dialect
