"""The base of a service's tables: one registry and one ``MetaData`` per schema."""

from __future__ import annotations

from sqlalchemy import MetaData
from sqlalchemy.orm import registry

NAMING_CONVENTION = {
    "pk": "pk_%(table_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
}


def schema_registry(schema: str) -> registry:
    """A registry whose tables live in ``schema``; give it to the service's table base.

    ``class Table(SQLModel, registry=schema_registry("payments"))`` is the whole ceremony.
    SQLModel ignores a ``metadata`` attribute set in the class body when a registry is given too,
    and the tables would silently lose their schema: hence the registry carries the metadata.

    Args:
        schema: name of the Postgres schema, the same in every database that may house it.
    """
    return registry(metadata=MetaData(schema=schema, naming_convention=NAMING_CONVENTION))
