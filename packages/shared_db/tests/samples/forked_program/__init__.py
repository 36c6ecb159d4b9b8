"""Programs of ours as processes that do not read their code anew: a test runs many."""

from forked_program.program import ForkedProgram, read_ahead

__all__ = ["ForkedProgram", "read_ahead"]
