"""What breaks the isolation of the services, or differs from what the code expects."""

from shared_db.check.find import find_all
from shared_db.check.finding import Finding, Verdict

__all__ = ["Finding", "Verdict", "find_all"]
