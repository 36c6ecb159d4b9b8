"""Signatures of Standard Webhooks: HMAC-SHA256 over ``id.timestamp.body``, base64, version 1."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from payments_service.errors import WebhookRefused

PREFIX = "whsec_"
TOLERANCE = timedelta(minutes=5)
"""How far a message's time may be from ours; an older one may be a replay."""


def new_secret() -> str:
    """A secret of 256 random bits."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signed_headers(
    message_id: str, body: bytes, *, keys: Iterable[str], now: datetime
) -> dict[str, str]:
    """The headers of a message, with one signature per secret."""
    timestamp = str(int(now.timestamp()))
    signatures = [f"v1,{_signature(message_id, timestamp, body, key)}" for key in keys]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(signatures),
    }


def verified_id(headers: Mapping[str, str], body: bytes, *, key: str, now: datetime) -> str:
    """The id of a message that was signed with ``key`` not long ago.

    Raises:
        WebhookRefused: it was not, it was changed on the way, or it is too old or from the future.
    """
    message_id = headers.get("webhook-id", "")
    timestamp = headers.get("webhook-timestamp", "")
    if not key or not 0 < len(message_id) <= 255 or not message_id.isascii():
        raise WebhookRefused("The message carries no id, or no secret is configured here.")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise WebhookRefused("The message carries no usable time.")
    if abs(now.timestamp() - int(timestamp)) > TOLERANCE.total_seconds():
        raise WebhookRefused("The message is too old, or from the future.")
    wanted = _signature(message_id, timestamp, body, key).encode()
    given = headers.get("webhook-signature", "").encode("latin-1", "replace").split(b" ")
    if not any(hmac.compare_digest(b"v1," + wanted, one) for one in given):
        raise WebhookRefused("The message's signature does not count.")
    return message_id


def _signature(message_id: str, timestamp: str, body: bytes, key: str) -> str:
    content = f"{message_id}.{timestamp}.".encode() + body
    return base64.b64encode(hmac.digest(_key_bytes(key), content, hashlib.sha256)).decode()


def _key_bytes(key: str) -> bytes:
    try:
        return base64.b64decode(key.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        return key.encode()
