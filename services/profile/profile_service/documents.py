"""The limits on the JSON that clients keep as preferences."""

from __future__ import annotations

import json
import unicodedata
from typing import Any

MAX_BYTES = 16_384
MAX_DEPTH = 8
LARGEST_NUMBER = 2**53 - 1
SMALLEST_NUMBER = 1e-15


def storable(document: dict[str, Any]) -> dict[str, Any]:
    """A JSON object that jsonb keeps and every client reads back unchanged.

    Numbers stay within what IEEE 754 holds exactly (RFC 7493, 2.2): jsonb writes 1e300 out as an
    integer of 301 digits. NUL and lone surrogates have no place in a Postgres string.

    Raises:
        ValueError: it is nested too deeply, too large, or holds a value that cannot be kept.
    """
    _check(document, depth=1)
    size = len(json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode())
    if size > MAX_BYTES:
        raise ValueError(f"{size} bytes are too many: at most {MAX_BYTES} can be kept")
    return document


def _check(value: Any, *, depth: int) -> None:
    if isinstance(value, dict | list):
        if depth > MAX_DEPTH:
            raise ValueError(f"it is nested too deeply: at most {MAX_DEPTH} levels can be kept")
        if isinstance(value, dict):
            for key in value:
                _check_text(key)
        for item in value.values() if isinstance(value, dict) else value:
            _check(item, depth=depth + 1)
    elif isinstance(value, str):
        _check_text(value)
    elif isinstance(value, int | float):
        _check_number(value)


def _check_text(value: str) -> None:
    for character in value:
        if character == "\0" or unicodedata.category(character) == "Cs":
            raise ValueError(f"the character U+{ord(character):04X} cannot be kept")


def _check_number(value: float) -> None:
    if value != 0 and not SMALLEST_NUMBER <= abs(value) <= LARGEST_NUMBER:
        raise ValueError(
            f"numbers can be kept when they are 0 or between {SMALLEST_NUMBER} and "
            f"{LARGEST_NUMBER}, with either sign"
        )
