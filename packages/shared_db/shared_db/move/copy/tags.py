"""How a dump names what belongs to a table: ``table name``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any


def by_tag(rows: Iterable[dict[str, Any]], table: str, name: str) -> dict[str, dict[str, Any]]:
    """Rows by that name, without those of which two have the same: ``a b`` of ``c``, ``b c``."""
    named = [(f"{row[table]} {row[name]}", row) for row in rows]
    times = Counter(tag for tag, _ in named)
    return {tag: row for tag, row in named if times[tag] == 1}
