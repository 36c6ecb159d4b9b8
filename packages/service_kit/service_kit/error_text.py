"""What is kept of an error that background work met."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError

_LONGEST = 500


def error_text(error: Exception) -> str:
    """What an error says in one line, without the values of a statement's parameters."""
    shown = error.orig if isinstance(error, DBAPIError) and error.orig else error
    lines = str(shown).splitlines() or [""]
    return f"{type(shown).__name__}: {lines[0]}"[:_LONGEST]
