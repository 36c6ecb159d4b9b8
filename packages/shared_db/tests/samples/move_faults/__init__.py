"""What became of each fault: told by its test, kept in a file, shown as a table."""

from move_faults.outcome import Outcome

__all__ = ["Outcome"]
