"""A schema per service: where it lives, its sessions, migrations, roles and moves."""

from typing import TYPE_CHECKING

from shared_db.errors import (
    CommitUnknown,
    ConfigurationError,
    ConnectionLost,
    DatabaseNewer,
    DatabaseUnavailable,
    ForeignDatabase,
    HomeMoved,
    HomeNotFound,
    HomesDisagree,
    MigrationError,
    MigrationsBehind,
    MissingPrivilege,
    SchemaDrift,
    ServerError,
    SharedDbError,
    TransactionError,
    UnknownService,
)
from shared_db.head_revision import head_revision
from shared_db.lazy_names import lazy_names
from shared_db.request_scope import RequestScope, request_scope

if TYPE_CHECKING:
    from shared_db.address import Address
    from shared_db.configuration import load_settings
    from shared_db.database import Database
    from shared_db.failures import FENCED, constraint_name, sqlstate
    from shared_db.homes import Home
    from shared_db.placement import PlacementSettings, ServicePlacement
    from shared_db.service import Service, discover, find
    from shared_db.tables import schema_registry
else:  # services use all of it, commands a few names; modules of a function's name are bound above
    __getattr__ = lazy_names(
        __name__,
        {
            "address": ("Address",),
            "configuration": ("load_settings",),
            "database": ("Database",),
            "failures": ("FENCED", "constraint_name", "sqlstate"),
            "homes": ("Home",),
            "placement": ("PlacementSettings", "ServicePlacement"),
            "service": ("Service", "discover", "find"),
            "tables": ("schema_registry",),
        },
    )

__all__ = [
    "FENCED",
    "Address",
    "CommitUnknown",
    "ConfigurationError",
    "ConnectionLost",
    "Database",
    "DatabaseNewer",
    "DatabaseUnavailable",
    "ForeignDatabase",
    "Home",
    "HomeMoved",
    "HomeNotFound",
    "HomesDisagree",
    "MigrationError",
    "MigrationsBehind",
    "MissingPrivilege",
    "PlacementSettings",
    "RequestScope",
    "SchemaDrift",
    "ServerError",
    "Service",
    "ServicePlacement",
    "SharedDbError",
    "TransactionError",
    "UnknownService",
    "constraint_name",
    "discover",
    "find",
    "head_revision",
    "load_settings",
    "request_scope",
    "schema_registry",
    "sqlstate",
]
