"""What a comparison found out about one table."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

Kind = Literal["changed", "missing", "added"]
"""Seen from the source: the target has another row, has none, or has one that the source lacks."""

Method = Literal["record", "text"]
"""By the binary form of the rows alone, or with columns whose text is compared."""


@dataclass(frozen=True)
class Difference:
    """A row that is not the same on both sides.

    Args:
        kind: in what way.
        key: the key columns as JSON text; empty for a table without a key.
        source: the row there as JSON text, None when it has none.
        target: the row there as JSON text, None when it has none.
        columns: those that differ; empty unless ``changed``.
    """

    kind: Kind
    key: str
    source: str | None
    target: str | None
    columns: tuple[str, ...] = ()

    def __str__(self) -> str:
        row = self.key or self.source or self.target
        return f"{self.kind} {row}" + (f" in {', '.join(self.columns)}" if self.columns else "")


@dataclass(frozen=True)
class TableResult:
    """The outcome for one table.

    Args:
        table: its name with the schema.
        rows_source: how many rows the source has.
        rows_target: how many rows the target has.
        equal: whether both have the same rows.
        seconds: for which the slower side read it; rests between its pieces are not counted.
        method: how the rows were compared.
        differences: the first of them, in full.
        differences_total: how many there are.
    """

    table: str
    rows_source: int
    rows_target: int
    equal: bool
    seconds: float
    method: Method
    differences: tuple[Difference, ...] = ()
    differences_total: int = 0

    def as_json(self) -> dict[str, Any]:
        """The form for events and reports; rows stay JSON text, which keeps 1.0 apart from 1.00."""
        return asdict(self)
