"""What a table takes, and what it was found not to take."""

from __future__ import annotations

from dataclasses import dataclass

from rehearsal.any_schema.learning.maker import Maker
from rehearsal.any_schema.shape import Column, Table


@dataclass(frozen=True)
class Writable:
    """The writes that a table takes from a role.

    Args:
        table: which.
        role: who writes.
        maker: makes its rows.
        takes_rows: whether rows can be inserted; if not, ``reason`` says why.
        columns: those that can be updated.
        gives_up_rows: whether what was inserted can be deleted.
        reason: why it takes no rows.
        touched: other tables that its triggers write to; itself, if they write to it.
        is_steady: whether a row stays as its statement has shown it.
    """

    table: Table
    role: str
    maker: Maker
    takes_rows: bool
    columns: tuple[Column, ...]
    gives_up_rows: bool
    reason: str
    touched: frozenset[str]
    is_steady: bool

    @property
    def takes_writes(self) -> bool:
        """Whether it takes any."""
        return self.takes_rows or bool(self.columns)
