"""Statements with named parameters, sent with positions as the driver wants them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_NAME = re.compile(r"(?<![:\w]):([a-z]\w*)")


class Named:
    """A statement that is written with ``:name`` and sent with ``$1``.

    Args:
        statement: SQL; a name may occur more than once.
    """

    def __init__(self, statement: str) -> None:
        self.names = list(dict.fromkeys(_NAME.findall(statement)))
        places = {name: f"${place}" for place, name in enumerate(self.names, 1)}
        self.text = _NAME.sub(lambda found: places[found[1]], statement)

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        """The values in the order of their places; more may be given than are needed.

        Raises:
            KeyError: one is missing.
        """
        return [values[name] for name in self.names]
