"""``shared-db`` as a process of its own, which can be killed and frozen."""

from __future__ import annotations

from forked_program import ForkedProgram, read_ahead

read_ahead("shared_db.cli.app", "shared_db.cli.move_steps", "shared_db.move.mover", "psycopg")


class Command(ForkedProgram):
    """A command that runs, and how it ended.

    Args:
        arguments: those of ``shared-db``.
        environment: all variables that it sees.
    """

    def __init__(self, arguments: list[str], environment: dict[str, str]) -> None:
        super().__init__("shared_db.cli", arguments, environment)

    def wait(self, timeout: float = 180.0) -> int:
        """Its exit code; -9 when it was killed. What fails does so in a sentence."""
        code = super().wait(timeout)
        assert "Traceback" not in self.error, self.error
        return code
