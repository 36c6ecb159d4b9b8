"""Random tokens, of which only digests are kept."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

_BYTES = 32


def new_token() -> str:
    """256 random bits in URL-safe base64."""
    return secrets.token_urlsafe(_BYTES)


def new_salt() -> bytes:
    """256 random bits, for ``successor``."""
    return secrets.token_bytes(_BYTES)


def successor(token: str, salt: bytes) -> str:
    """The token that follows on ``token``: 256 bits that look random to whoever lacks either.

    The holder of the token cannot compute it without the salt, which is kept, nor can a reader of
    the tables without the token, which is not kept (HMAC-SHA-256 as a pseudo-random function).
    """
    mac = hmac.new(token.encode("utf-8", "surrogatepass"), salt, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(mac).rstrip(b"=").decode()


def digest(token: str) -> bytes:
    """SHA-256 of a token; enough for what has 256 random bits."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
