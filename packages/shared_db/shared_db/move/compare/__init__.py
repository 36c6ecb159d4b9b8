"""Comparing the tables of two databases, each under an exported snapshot."""

from shared_db.move.compare.comparison import compare
from shared_db.move.compare.result import Difference, TableResult
from shared_db.move.compare.snapshot import Snapshot
from shared_db.move.compare.tables import ComparedTable, comparable_tables

__all__ = [
    "ComparedTable",
    "Difference",
    "Snapshot",
    "TableResult",
    "comparable_tables",
    "compare",
]
