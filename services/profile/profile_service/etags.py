"""Strong entity tags and the conditions that clients put on them (RFC 9110, 8.8.3 and 13.1)."""

from __future__ import annotations

import re
from hashlib import sha256

from profile_service.errors import PreconditionFailed, PreconditionRequired

_ENTITY_TAG = re.compile(r'(W/)?("[\x21\x23-\x7e\x80-\xff]*")')


def entity_tag(*parts: object) -> str:
    """The strong tag of a state, quotes included; equal parts give equal tags.

    Args:
        parts: whatever identifies the state, such as the key and the version of a row.
    """
    state = "\x1f".join(str(part) for part in parts)
    return f'"{sha256(state.encode()).hexdigest()[:24]}"'


def require_match(if_match: str | None, current: str) -> None:
    """Let a change pass only when the client has seen the current state.

    Args:
        if_match: the ``If-Match`` header, if there was one.
        current: the tag of the state that would be changed.

    Raises:
        PreconditionRequired: there is no condition (RFC 6585, 3).
        PreconditionFailed: the state is another one; weak tags never match (RFC 9110, 13.1.1).
    """
    if if_match is None:
        raise PreconditionRequired
    if if_match.strip() == "*":
        return
    if current not in {tag for weak, tag in _ENTITY_TAG.findall(if_match) if not weak}:
        raise PreconditionFailed


def is_unchanged(if_none_match: str | None, current: str) -> bool:
    """Whether the client already holds the current state (weak comparison, RFC 9110, 13.1.2)."""
    if if_none_match is None:
        return False
    if if_none_match.strip() == "*":
        return True
    return current in {tag for _, tag in _ENTITY_TAG.findall(if_none_match)}
