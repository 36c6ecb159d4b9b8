"""The rules for values, without a database."""

from __future__ import annotations

from typing import Any

import pytest
from profile_service.documents import MAX_BYTES, MAX_DEPTH, storable
from profile_service.schemas import ProfileChange
from pydantic import ValidationError


def nested(levels: int) -> dict[str, Any]:
    document: dict[str, Any] = {}
    for _ in range(levels - 1):
        document = {"a": document}
    return document


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("en", "en"),
        ("DE-ch", "de-CH"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("es-419", "es-419"),
        ("sl-ROZAJ-biske", None),
        ("de-CH-1996", "de-CH-1996"),
    ],
)
def test_a_locale_is_kept_in_canonical_case(written: str, kept: str | None) -> None:
    change = ProfileChange(locale=written)
    assert change.locale == (kept or written.lower())


@pytest.mark.parametrize("value", ["", "e", "english", "en_US", "en-", "-en", "en\n", "x" * 36])
def test_what_is_no_language_tag_is_refused(value: str) -> None:
    with pytest.raises(ValidationError):
        ProfileChange(locale=value)


@pytest.mark.parametrize("value", ["UTC", "Europe/Zurich", "America/Argentina/Buenos_Aires"])
def test_zones_of_the_iana_database_are_accepted(value: str) -> None:
    assert ProfileChange(time_zone=value).time_zone == value


@pytest.mark.parametrize(
    "value", ["", "Mars/Base", "../../etc/passwd", "/etc/localtime", "localtime", "UTC\0", "utc "]
)
def test_what_is_no_zone_is_refused(value: str) -> None:
    with pytest.raises(ValidationError):
        ProfileChange(time_zone=value)


@pytest.mark.parametrize(
    "value",
    [
        "http://example.com/a.png",
        "javascript:alert(1)",
        "data:image/png;base64,AAAA",
        "https://user:secret@example.com/a.png",
        "https://",
        "//example.com/a.png",
        "https://example.com/\0",
        "https://example.com/" + "a" * 2000,
        "",
    ],
)
def test_an_avatar_that_is_not_a_plain_https_url_is_refused(value: str) -> None:
    with pytest.raises(ValidationError):
        ProfileChange(avatar_url=value)


def test_an_avatar_may_be_removed_but_a_name_may_not_be_null() -> None:
    assert ProfileChange(avatar_url=None).given() == {"avatar_url": None}
    with pytest.raises(ValidationError):
        ProfileChange.model_validate({"display_name": None})


@pytest.mark.parametrize("value", ["a\0b", "\ud800", "a\x1bb", "line\nline", "x" * 101])
def test_a_name_that_cannot_be_shown_or_stored_is_refused(value: str) -> None:
    with pytest.raises(ValidationError):
        ProfileChange(display_name=value)


def test_a_bio_may_have_lines() -> None:
    assert ProfileChange(bio="one\ntwo").bio == "one\ntwo"


@pytest.mark.parametrize(
    "document",
    [
        {"n": float("inf")},
        {"n": float("nan")},
        {"n": 2**53},
        {"n": 1e300},
        {"n": 1e-300},
        {"s": "\0"},
        {"s": ["\ud800"]},
        {"k\0": 1},
        {"s": "x" * MAX_BYTES},
        {"s": "é" * (MAX_BYTES // 2)},
        nested(MAX_DEPTH + 1),
        {"a": [[[[[[[[[]]]]]]]]]},
    ],
)
def test_a_document_that_would_not_come_back_unchanged_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="kept"):
        storable(document)


@pytest.mark.parametrize(
    "document",
    [{}, {"a": [1, -1.5, None, True, "ü", {"b": 2**53 - 1}]}, nested(MAX_DEPTH), {"zero": 0.0}],
)
def test_an_ordinary_document_is_kept(document: dict[str, Any]) -> None:
    assert storable(document) == document
