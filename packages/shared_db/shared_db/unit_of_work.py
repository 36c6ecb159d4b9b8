"""The session of one transaction."""

from __future__ import annotations

from sqlmodel.ext.asyncio.session import AsyncSession


class UnitOfWork(AsyncSession):
    """A session whose transaction is committed by the one who opened it."""

    async def commit(self) -> None:
        """Refuse: a part that was committed early would be done twice when it is repeated.

        Raises:
            RuntimeError: always.
        """
        raise RuntimeError("The transaction is committed when its block ends; use two blocks.")

    async def finish(self) -> None:
        """Commit."""
        await super().commit()
