"""Why something could not be measured."""

from __future__ import annotations


class CannotMeasure(Exception):
    """The whole run cannot go on; the message says what to do."""


class Unavailable(Exception):
    """One contender cannot take part here; the report says why, the others are measured."""
