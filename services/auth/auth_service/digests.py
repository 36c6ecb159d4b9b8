"""Random tokens, of which only digests are kept."""

from __future__ import annotations

import hashlib
import secrets

_BYTES = 32


def new_token() -> str:
    """256 random bits in URL-safe base64."""
    return secrets.token_urlsafe(_BYTES)


def digest(token: str) -> bytes:
    """SHA-256 of a token; enough for what has 256 random bits."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
