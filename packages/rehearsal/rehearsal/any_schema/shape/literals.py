"""The values that the text of a constraint or of a partition's bounds names."""

from __future__ import annotations

import re

_QUOTED = re.compile(r"'((?:[^']|'')*)'")
_NUMBER = re.compile(r"(?<![\w.'])-?\d+(?:\.\d+)?(?![\w.'])")


def literals(text: str) -> tuple[str, ...]:
    """Texts and numbers within an expression; beside a number the one above, in case it is open.

    Args:
        text: as ``pg_get_constraintdef`` or ``pg_get_expr`` writes it.
    """
    quoted = [match.replace("''", "'") for match in _QUOTED.findall(text)]
    numbers = _NUMBER.findall(_QUOTED.sub("", text))
    above = [str(int(number) + 1) for number in numbers if number.lstrip("-").isdigit()]
    return tuple(dict.fromkeys([*quoted, *numbers, *above]))
