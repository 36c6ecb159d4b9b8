"""What an idempotent request claims: who asks, what, under which key, and with what body."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from uuid import UUID

from pydantic import BaseModel

from payments_service.errors import IdempotencyKeyInvalid

LONGEST_KEY = 255
_BARE = re.compile(r"[\x20-\x7e]+")
_QUOTED = re.compile(r'"((?:[^"\\]|\\["\\])*)"')


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A request that asks to be carried out once.

    Args:
        principal: who asks; the same key of two principals is two keys.
        route: what is asked, the operation's id.
        key: the ``Idempotency-Key``.
        fingerprint: SHA-256 of the request's canonical form.
    """

    principal: str
    route: str
    key: str
    fingerprint: bytes

    @property
    def lock_name(self) -> str:
        """What the advisory lock of the key is named after."""
        return f"payments.idempotency_keys|{self.principal}|{self.route}|{self.key}"


def parsed_key(header: str) -> str:
    """The key that an ``Idempotency-Key`` header carries, quoted (RFC 8941 string) or bare.

    Raises:
        IdempotencyKeyInvalid: it is empty, longer than 255 characters or not printable ASCII.
    """
    key = header.strip(" \t")
    if quoted := _QUOTED.fullmatch(key):
        key = re.sub(r"\\(.)", r"\1", quoted[1])
    if not _BARE.fullmatch(key) or len(key) > LONGEST_KEY:
        raise IdempotencyKeyInvalid(
            f"Send 1 to {LONGEST_KEY} printable ASCII characters, for example a UUID."
        )
    return key


def fingerprint(body: BaseModel, *, target: UUID | None = None) -> bytes:
    """SHA-256 of the request in canonical form: sorted keys, defaults filled in.

    Args:
        body: the request's body.
        target: the object in the request's path.
    """
    request = {"body": body.model_dump(mode="json"), "target": str(target) if target else None}
    canonical = json.dumps(request, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).digest()
