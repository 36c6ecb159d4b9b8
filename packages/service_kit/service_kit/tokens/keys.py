"""Where the public keys of tokens come from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol


class KeySource(Protocol):
    """Gives public keys by their id."""

    async def key(self, kid: str) -> Mapping[str, Any] | None:
        """The public JSON Web Key (RFC 7517) of that id, None when there is none."""


class LocalKeys:
    """Keys that are at hand.

    Args:
        keys: public JSON Web Keys, each with its ``kid``.
    """

    def __init__(self, keys: Iterable[Mapping[str, Any]]) -> None:
        self._keys = {key["kid"]: key for key in keys}

    async def key(self, kid: str) -> Mapping[str, Any] | None:
        """The key of that id."""
        return self._keys.get(kid)
