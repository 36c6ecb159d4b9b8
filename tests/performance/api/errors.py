"""What ends a measurement."""


class CannotMeasure(Exception):
    """It cannot be measured; the message says why and what to do."""
