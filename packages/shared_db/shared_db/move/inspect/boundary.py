"""What crosses the boundary of the schema: it would break when the schema lives elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter

from shared_db.check.finding import Verdict
from shared_db.move.inspect.dependencies import Dependency, crossing_dependencies
from shared_db.move.inspect.detach import detach
from shared_db.move.inspect.obstacle import Obstacle
from shared_db.tool_connection import ToolConnection

_CODES = {
    "aggregate": "function",
    "foreign key": "foreign-key",
    "materialized view": "view",
    "procedure": "function",
    "table": "inheritance",
    "table constraint": "constraint",
}

_CODES_BY_REFERENCE = {"domain": "domain", "sequence": "sequence"}
"""For columns, their defaults, and types: what they need says more than what they are."""

_DEFAULTS = frozenset({"default value", "stored column", "virtual column"})
_TYPED = frozenset({"composite type", "domain", "table column", "type"})


def find_crossings(connection: ToolConnection, schema: str) -> Iterator[Obstacle]:
    """One obstacle for each object that needs others across the boundary, either way."""
    crossing = crossing_dependencies(connection, schema)
    for dependent, found in groupby(crossing, key=attrgetter("dependent")):
        dependencies = list(found)
        remedies = "; ".join(dict.fromkeys(detach(one) for one in dependencies))
        yield Obstacle(
            code=f"crossing-{_code(dependencies[0])}",
            verdict=Verdict.BLOCKS,
            objects=(dependent.name, *(one.reference.name for one in dependencies)),
            sentence=_sentence(dependencies),
            remedy=f"On the source, run `{remedies}`.",
        )


def _code(dependency: Dependency) -> str:
    kind = dependency.dependent.kind
    if kind in _DEFAULTS:
        return _CODES_BY_REFERENCE.get(dependency.reference.kind, "default")
    if kind in _TYPED:
        return _CODES_BY_REFERENCE.get(dependency.reference.kind, "type")
    return _CODES.get(kind, kind).replace(" ", "-")


def _sentence(dependencies: list[Dependency]) -> str:
    first = dependencies[0]
    dependent = f"The {first.dependent.kind} {first.dependent.name}"
    needed = ", ".join(f"the {one.reference.kind} {one.reference.name}" for one in dependencies)
    if first.leaves:
        return f"{dependent} needs what stays behind: {needed}."
    return f"{dependent} stays behind and needs what moves away: {needed}."
