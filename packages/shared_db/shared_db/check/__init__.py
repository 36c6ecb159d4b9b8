"""What breaks the isolation of the services, or differs from what the code expects."""

from typing import TYPE_CHECKING

from shared_db.lazy_names import lazy_names

if TYPE_CHECKING:
    from shared_db.check.find import find_all
    from shared_db.check.finding import Finding, Verdict
else:  # a move needs verdicts, not Alembic
    __getattr__ = lazy_names(
        __name__,
        {
            "find": ("find_all",),
            "finding": ("Finding", "Verdict"),
        },
    )

__all__ = ["Finding", "Verdict", "find_all"]
