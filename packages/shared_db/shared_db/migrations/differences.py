"""What models and database differ in, although all migrations are applied."""

from __future__ import annotations

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from shared_db.address import Address
from shared_db.migrations.revisions import VERSION_TABLE
from shared_db.migrations.runner import owner_connection
from shared_db.migrations.scope import owns
from shared_db.placement import ServicePlacement


def drift(placement: ServicePlacement, address: Address) -> list[str]:
    """The differences between the service's models and its schema at ``address``, in words."""
    service = placement.service
    with owner_connection(placement, address) as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_schemas": True,
                "include_name": owns(service),
                "version_table": VERSION_TABLE,
                "version_table_schema": service.schema,
                "compare_type": True,
                "compare_server_default": True,
                "target_metadata": service.load_metadata(),
            },
        )
        found = compare_metadata(context, service.load_metadata())
    return [_sentence(difference) for difference in found]


def _sentence(difference: Any) -> str:
    if isinstance(difference, list):
        return "; ".join(_sentence(one) for one in difference)
    kind, *what = difference
    words = " ".join(_name(part) for part in what if not isinstance(part, dict))
    return f"{kind.replace('_', ' ')}: {words}"


def _name(part: Any) -> str:
    table = getattr(part, "table", None)
    name = getattr(part, "name", None) or str(part)
    if table is not None and table is not part:
        return f"{table.name}.{name}"
    return str(name)
