"""What of a database belongs to a service, for comparing it with the service's models."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from shared_db.migrations.revisions import VERSION_TABLE
from shared_db.service import Service


def owns(service: Service) -> Callable[[str | None, str, Any], bool]:
    """A filter in the form of Alembic's ``include_name``: the service's own schema alone."""

    def include(name: str | None, kind: str, parents: Any) -> bool:
        if kind == "schema":
            return name == service.schema
        if kind == "table":
            return bool(parents.get("schema_name") == service.schema and name != VERSION_TABLE)
        return True

    return include
