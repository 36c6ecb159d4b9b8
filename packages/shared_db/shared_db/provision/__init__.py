"""What a service's home needs: database, roles, schema, grants, its row in ``homes``."""

from shared_db.provision.databases import claim_database, create_database
from shared_db.provision.homes import register_home, renew_identity
from shared_db.provision.roles import ensure_roles
from shared_db.provision.schemas import ensure_schema, let_in

__all__ = [
    "claim_database",
    "create_database",
    "ensure_roles",
    "ensure_schema",
    "let_in",
    "register_home",
    "renew_identity",
]
