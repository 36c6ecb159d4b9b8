"""Secrets of webhook endpoints are encrypted where they are kept, and in every copy of that."""

from __future__ import annotations

from cryptography.fernet import Fernet, InvalidToken
from shared_db import ConfigurationError

from payments_service.webhooks.signatures import PREFIX

_VARIABLE = "PAYMENTS_WEBHOOK_ENCRYPTION_KEY"


class SecretUnreadable(Exception):
    """A secret was encrypted with another key; its endpoint needs a new one."""


class Seal:
    """Encrypts secrets, and decrypts them for the moment in which a message is signed.

    Args:
        key: 32 bytes in URL-safe base64, with or without padding.
    """

    def __init__(self, key: str) -> None:
        self._key = key

    def check(self) -> None:
        """See that the key can be used.

        Raises:
            ConfigurationError: it cannot; the service must not start.
        """
        self._cipher()

    def close(self, secret: str) -> str:
        """The secret as it is kept."""
        return self._cipher().encrypt(secret.encode()).decode()

    def open(self, kept: str) -> str:
        """The secret that was kept; one from before there was a key is kept as it is.

        Raises:
            SecretUnreadable: it was encrypted with another key.
        """
        if kept.startswith(PREFIX):
            return kept
        try:
            return self._cipher().decrypt(kept).decode()
        except InvalidToken:
            raise SecretUnreadable(
                f"{_VARIABLE} is not the key that encrypted this secret: rotate the secret."
            ) from None

    def _cipher(self) -> Fernet:
        try:
            return Fernet(self._key + "=" * (-len(self._key) % 4))
        except ValueError as error:
            raise ConfigurationError(
                f"{_VARIABLE} must be 32 bytes in URL-safe base64: set it, or start with "
                "`make up`, which makes it."
            ) from error
