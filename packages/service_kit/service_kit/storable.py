"""What Postgres can store: refused at the door, because it would fail inside."""

from __future__ import annotations

import math
from typing import Any

DEEPEST = 64
"""Levels of arrays and objects; serialisers recurse, and nobody nests deeper by hand."""

_LARGEST = 2**63


def refuse_unstorable(value: Any) -> None:
    """Refuse what no column can hold, anywhere in a JSON value.

    Raises:
        ValueError: text with NUL or unpaired surrogates (Postgres manual, 8.3), an integer beyond
            64 bits, a number that is not finite, or more than 64 levels.
    """
    todo: list[tuple[Any, int]] = [(value, 0)]
    while todo:
        current, depth = todo.pop()
        if depth > DEEPEST:
            raise ValueError(f"nested deeper than {DEEPEST} levels")
        _refuse_scalar(current)
        if isinstance(current, dict):
            todo += [(part, depth + 1) for pair in current.items() for part in pair]
        elif isinstance(current, list):
            todo += [(part, depth + 1) for part in current]


def _refuse_scalar(value: Any) -> None:
    if isinstance(value, str):
        if "\x00" in value or not _is_unicode(value):
            raise ValueError("text must not contain NUL or unpaired surrogates")
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError("numbers must be finite")
    elif isinstance(value, int) and not -_LARGEST <= value < _LARGEST:
        raise ValueError("integers must fit into 64 bits")


def _is_unicode(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
