"""The rules for the values of a profile, as types for request bodies."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, HttpUrl, StringConstraints, TypeAdapter, ValidationError

_LOCALE = re.compile(
    r"(?P<language>[A-Za-z]{2,3})"
    r"(?:-(?P<script>[A-Za-z]{4}))?"
    r"(?:-(?P<region>[A-Za-z]{2}|[0-9]{3}))?"
    r"(?P<variants>(?:-(?:[A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*)"
)
_PLAIN_LOCALE = re.sub(r"\?P<\w+>", "?:", _LOCALE.pattern)
"""For the document: no named groups, which only Python knows."""
_NOT_ZONES = {"Factory", "localtime"}
_URL = TypeAdapter(HttpUrl)


def _printable(value: str, allowed: str = "") -> str:
    """Refuse what Postgres cannot store (NUL, lone surrogates) and other control characters."""
    for character in value:
        if unicodedata.category(character) in {"Cc", "Cs"} and character not in allowed:
            raise ValueError(f"the character U+{ord(character):04X} is not allowed")
    return value


def _paragraphs(value: str) -> str:
    return _printable(value, allowed="\n\r\t")


def canonical_locale(value: str) -> str:
    """A language tag in the letter case that RFC 5646, 2.1.1 recommends.

    Raises:
        ValueError: it is no tag of language, script, region and variants.
    """
    match = _LOCALE.fullmatch(value)
    if match is None:
        raise ValueError("write a language tag such as 'en', 'de-CH' or 'zh-Hant-TW'")
    parts = [match["language"].lower()]
    if match["script"]:
        parts.append(match["script"].title())
    if match["region"]:
        parts.append(match["region"].upper())
    return "-".join(parts) + match["variants"].lower()


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones() - _NOT_ZONES | {"UTC"})


def known_time_zone(value: str) -> str:
    """The name of a zone of the IANA database, unchanged.

    Raises:
        ValueError: the database has no such zone.
    """
    if value not in _zones():
        raise ValueError("write the name of an IANA time zone such as 'UTC' or 'Europe/Zurich'")
    return value


def secure_url(value: str) -> str:
    """An https URL in normal form; it is stored and shown, never fetched.

    Raises:
        ValueError: it is no URL, not https, or carries a user or password.
    """
    try:
        url = _URL.validate_python(_printable(value))
    except ValidationError as error:
        raise ValueError(error.errors()[0]["msg"]) from None
    if url.scheme != "https":
        raise ValueError("write an https URL")
    if url.username or url.password:
        raise ValueError("write a URL without user and password")
    return str(url)


DisplayName = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=100), AfterValidator(_printable)
]
Bio = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=2000), AfterValidator(_paragraphs)
]
Locale = Annotated[
    str,
    StringConstraints(max_length=35),
    AfterValidator(canonical_locale),
    Field(json_schema_extra={"pattern": f"^{_PLAIN_LOCALE}$", "examples": ["de-CH"]}),
]
TimeZone = Annotated[
    str,
    StringConstraints(min_length=1, max_length=64),
    AfterValidator(known_time_zone),
    Field(examples=["Europe/Zurich"]),
]
AvatarUrl = Annotated[
    str,
    StringConstraints(max_length=2000),
    AfterValidator(secure_url),
    Field(json_schema_extra={"format": "uri", "pattern": "^https://"}),
]
