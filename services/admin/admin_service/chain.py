"""The hash chain of the audit: each entry's hash covers its content and the hash before it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

GENESIS = bytes(32)


@dataclass(frozen=True, kw_only=True)
class Content:
    """What an entry says; the hash is taken over these fields."""

    id: UUID
    position: int
    at: datetime
    actor: UUID
    action: str
    targets: tuple[str, ...]


def link(content: Content, previous_hash: bytes) -> bytes:
    """The SHA-256 of an entry that follows the one with ``previous_hash``.

    The content is hashed as JSON with sorted keys and without spaces, the moment in UTC with
    microseconds, which is what Postgres keeps of it; anyone can compute it again.
    """
    text = json.dumps(
        {
            "action": content.action,
            "actor": str(content.actor),
            "at": content.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "id": str(content.id),
            "position": content.position,
            "previous_hash": previous_hash.hex(),
            "targets": list(content.targets),
        },
        sort_keys=True,
        separators=(",", ":"),
    )
    return sha256(text.encode()).digest()
