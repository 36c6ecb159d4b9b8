"""Values for columns, as the texts that Postgres reads; None is NULL."""

from rehearsal.any_schema.values.invent import invented
from rehearsal.any_schema.values.vary import varied

__all__ = ["invented", "varied"]
