"""Statements after which a dependency no longer crosses the boundary.

Where one end has to do with the other's schema alone, it moves over there and nothing is lost.
Otherwise the smallest part that holds the dependency goes: a constraint, a default, a trigger.
"""

from __future__ import annotations

from shared_db.move.inspect.dependencies import Dependency, Part

_MOVABLE = frozenset(
    {
        "aggregate",
        "collation",
        "composite type",
        "domain",
        "function",
        "materialized view",
        "operator",
        "operator class",
        "operator family",
        "procedure",
        "sequence",
        "statistics object",
        "text search configuration",
        "text search dictionary",
        "type",
        "view",
    }
)

_KEYWORDS = {"composite type": "TYPE", "statistics object": "STATISTICS"}

_PARTS = {
    "default value": "ALTER TABLE {table} ALTER COLUMN {part} DROP DEFAULT",
    "foreign key": "ALTER TABLE {table} DROP CONSTRAINT {part}",
    "policy": "DROP POLICY {part} ON {table}",
    "rule": "DROP RULE {part} ON {table}",
    "stored column": "ALTER TABLE {table} ALTER COLUMN {part} DROP EXPRESSION",
    "table column": "ALTER TABLE {table} ALTER COLUMN {part} TYPE {type} USING {part}::{type}",
    "table constraint": "ALTER TABLE {table} DROP CONSTRAINT {part}",
    "trigger": "DROP TRIGGER {part} ON {table}",
    "virtual column": "ALTER TABLE {table} DROP COLUMN {part}",
}


def detach(dependency: Dependency) -> str:
    """The statement that removes the dependency."""
    dependent, reference = dependency.dependent, dependency.reference
    if dependent.kind == reference.kind == "table":
        return _part_from(dependency)
    if reference.kind in _MOVABLE and dependency.reference_is_free:
        return _into(reference, dependent.schema)
    if dependent.kind in _MOVABLE and dependency.dependent_is_free:
        return _into(dependent, reference.schema)
    if dependent.kind in _PARTS:
        return _PARTS[dependent.kind].format(
            table=".".join(dependent.names[:2]),
            part=dependent.names[2],
            type=dependency.plain_type,
        )
    if dependent.kind == "domain constraint":
        name, _, domain = dependent.identity.partition(" on ")
        return f"ALTER DOMAIN {domain} DROP CONSTRAINT {name}"
    return f"DROP {_keyword(dependent)} {dependent.identity}"


def _part_from(dependency: Dependency) -> str:
    child, parent = dependency.dependent, dependency.reference
    if not dependency.is_partition:
        return f"ALTER TABLE {child.identity} NO INHERIT {parent.identity}"
    if not dependency.leaves:
        return _into(child, parent.schema)
    return f"ALTER TABLE {parent.identity} DETACH PARTITION {child.identity}"


def _into(part: Part, schema: str) -> str:
    return f"ALTER {_keyword(part)} {part.identity} SET SCHEMA {schema}"


def _keyword(part: Part) -> str:
    return _KEYWORDS.get(part.kind, part.kind.upper())
