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


def is_for_signatures(key: Mapping[str, Any]) -> bool:
    """Whether it is a public key for ES256 and meant to check signatures (RFC 7517, RFC 7518)."""
    return (
        (key.get("kty"), key.get("crv")) == ("EC", "P-256")
        and key.get("use", "sig") == "sig"
        and key.get("alg", "ES256") == "ES256"
    )
