"""A rule: a query whose every row is an obstacle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from shared_db.check.finding import Verdict
from shared_db.move.inspect.obstacle import Obstacle
from shared_db.tool_connection import ToolConnection


@dataclass(frozen=True)
class Rule:
    """What is looked for, and how it is told.

    Args:
        code: the obstacle's code.
        verdict: the obstacle's verdict.
        sentence: with the row's columns in braces.
        remedy: likewise.
        query: its column ``name`` is the object concerned; it sees the values given.
    """

    code: str
    verdict: Verdict
    sentence: str
    remedy: str
    query: str


def find_by(
    rules: Iterable[Rule], connection: ToolConnection, values: Mapping[str, Any]
) -> Iterator[Obstacle]:
    """The obstacles that the rules find, in the rules' order."""
    for rule in rules:
        for row in connection.execute(rule.query, values):
            yield Obstacle(
                code=rule.code,
                verdict=rule.verdict,
                objects=(row["name"],),
                sentence=rule.sentence.format_map(row),
                remedy=rule.remedy.format_map(row),
            )
