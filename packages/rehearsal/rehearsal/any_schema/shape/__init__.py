"""What the tables of a schema look like: columns, keys, references, conditions."""

from rehearsal.any_schema.shape.read import read_tables
from rehearsal.any_schema.shape.table import Column, Condition, Key, Reference, Table

__all__ = ["Column", "Condition", "Key", "Reference", "Table", "read_tables"]
