"""Devices on which an owner has logged in, recognised by what they were given then."""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import datetime, timedelta
from uuid import UUID

from auth_service.digests import new_token

RECOGNISED_FOR = timedelta(days=90)

_COOKIE = re.compile(r"(\d{1,12})\.([A-Za-z0-9_-]{43})\.([0-9a-f]{64})", re.ASCII)


class Devices:
    """Gives devices something to show, and recognises it; nothing is stored.

    It is OWASP's device cookie: when it was given, a random nonce, and a signature over both and
    the account. It opens nothing; it only separates the owner's attempts from those of strangers.

    Args:
        secret: what the signatures' key is derived from.
    """

    def __init__(self, secret: str) -> None:
        self._key = hmac.digest(secret.encode(), b"auth.devices", hashlib.sha256)

    def issue(self, user_id: UUID, now: datetime) -> str:
        """What a device gets after a login."""
        said = f"{int(now.timestamp())}.{new_token()}"
        return f"{said}.{self._sign(said, user_id)}"

    def recognises(self, shown: str | None, user_id: UUID, now: datetime) -> bool:
        """Whether a device got this after a login to that account, not too long ago."""
        found = _COOKIE.fullmatch(shown or "")
        if found is None:
            return False
        signed = hmac.compare_digest(found[3], self._sign(f"{found[1]}.{found[2]}", user_id))
        return signed and now.timestamp() - int(found[1]) < RECOGNISED_FOR.total_seconds()

    def _sign(self, said: str, user_id: UUID) -> str:
        return hmac.new(self._key, f"{user_id}.{said}".encode(), hashlib.sha256).hexdigest()
