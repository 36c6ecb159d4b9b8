"""One Alembic environment for the branches of all services."""

from typing import TYPE_CHECKING

from shared_db.lazy_names import lazy_names

if TYPE_CHECKING:
    from shared_db.migrations.differences import drift
    from shared_db.migrations.revisions import current_revision, pending
    from shared_db.migrations.runner import migrate, write_revision
else:  # what was applied is told without Alembic
    __getattr__ = lazy_names(
        __name__,
        {
            "differences": ("drift",),
            "revisions": ("current_revision", "pending"),
            "runner": ("migrate", "write_revision"),
        },
    )

__all__ = ["current_revision", "drift", "migrate", "pending", "write_revision"]
