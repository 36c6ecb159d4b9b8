"""One Alembic environment for the branches of all services."""

from shared_db.migrations.drift import drift
from shared_db.migrations.runner import current_revision, migrate, pending, write_revision

__all__ = ["current_revision", "drift", "migrate", "pending", "write_revision"]
