"""The outer form of a token: three strict base64url segments, the first a header we accept."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from service_kit.problems import InvalidToken

LONGEST_TOKEN = 8192
"""Characters; nothing we issue comes near it, and parsing more only costs."""

_SEGMENT = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_REFUSED_HEADERS = ("crit", "jwk", "jku", "x5u", "x5c", "x5t", "zip", "enc", "b64")
_TYPES = ("at+jwt", "application/at+jwt")
_KID = re.compile(r"[A-Za-z0-9._:-]{1,128}", re.ASCII)


def read_header(token: str) -> dict[str, Any]:
    """The header of a token whose form is right, before any key is looked up.

    Raises:
        InvalidToken: the form is wrong, or the header asks for what we do not do.
    """
    if len(token) > LONGEST_TOKEN:
        raise InvalidToken("The access token is too long.")
    segments = token.split(".")
    if len(segments) != 3 or not all(_is_canonical(segment) for segment in segments):
        raise InvalidToken("The access token is malformed.")
    header = _object(segments[0])
    if any(name in header for name in _REFUSED_HEADERS):
        raise InvalidToken("The access token's header is not acceptable.")
    if header.get("alg") != "ES256" or str(header.get("typ")).lower() not in _TYPES:
        raise InvalidToken("The access token is of another type.")
    kid = header.get("kid")
    if not isinstance(kid, str) or not _KID.fullmatch(kid):
        raise InvalidToken("The access token names no key.")
    return header


def _is_canonical(segment: str) -> bool:
    """Whether it is base64url without padding, written in the one way that RFC 7515 allows."""
    if not _SEGMENT.fullmatch(segment) or len(segment) % 4 == 1:
        return False
    last = segment[len(segment) // 4 * 4 :]
    padded = urlsafe_b64decode(last + "=" * (-len(last) % 4))
    return urlsafe_b64encode(padded).rstrip(b"=").decode() == last


def _object(segment: str) -> dict[str, Any]:
    try:
        decoded = urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
        found = json.loads(decoded)
    except (ValueError, RecursionError) as error:
        raise InvalidToken("The access token is malformed.") from error
    if not isinstance(found, dict):
        raise InvalidToken("The access token is malformed.")
    return found
