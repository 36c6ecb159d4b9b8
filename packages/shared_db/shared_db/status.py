"""What a service's home holds at the moment."""

from __future__ import annotations

from typing import Any

from shared_db.address import Address
from shared_db.migrations.revisions import current_revision
from shared_db.placement import ServicePlacement
from shared_db.tool_connection import tool_connection

_SIZES = """
SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint AS bytes,
       coalesce(sum(greatest(c.reltuples, 0)), 0)::bigint AS rows
  FROM pg_class AS c
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
 WHERE n.nspname = %s
   AND c.relkind IN ('r', 'm')
"""

_SESSIONS = """
SELECT count(*) AS sessions
  FROM pg_stat_activity
 WHERE datname = current_database()
   AND usename = %s
"""


def service_status(placement: ServicePlacement, address: Address) -> dict[str, Any]:
    """Migration, size in bytes, estimated rows and open sessions of a service at its home."""
    with tool_connection(placement.provision(address), address.database) as connection:
        sizes = connection.execute(_SIZES, [placement.service.schema]).fetchone() or {}
        sessions = connection.execute(_SESSIONS, [placement.login.user]).fetchone() or {}
    return {"revision": current_revision(placement, address), **sizes, **sessions}
