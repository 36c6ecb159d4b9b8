"""The base of the service's tables."""

from __future__ import annotations

from enum import StrEnum

from shared_db import schema_registry
from sqlalchemy import CheckConstraint
from sqlmodel import SQLModel


class Table(SQLModel, registry=schema_registry("auth")):
    """The base of the tables; all of them live in the schema ``auth``."""


def one_of(column: str, kinds: type[StrEnum]) -> CheckConstraint:
    """A CHECK that ``column`` holds a member of ``kinds``."""
    members = ", ".join(f"'{kind.value}'" for kind in kinds)
    return CheckConstraint(f"{column} IN ({members})", name=column)
