"""One task for all who wait for the same thing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any


class SharedTask:
    """At most one task at a time; who gives up waiting does not end it for the others."""

    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None

    def is_running(self) -> bool:
        """Whether there is one to join."""
        return self._task is not None and not self._task.done()

    async def join(self, begin: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Wait for the task that runs, or for one that begins now; raises what it raises."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(begin())
            self._task.add_done_callback(_note_outcome)
        await asyncio.shield(self._task)

    async def cancel(self) -> None:
        """End it."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])


def _note_outcome(task: asyncio.Task[None]) -> None:
    """Retrieve an error for which nobody waits any more."""
    if not task.cancelled():
        task.exception()
