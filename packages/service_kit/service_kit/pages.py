"""Lists: pages by key, newest first, with an opaque cursor; never OFFSET."""

from __future__ import annotations

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel

from service_kit.problems import InvalidCursor

T = TypeVar("T")

_LONGEST_CURSOR = 512
_ENCODER = json.JSONEncoder(separators=(",", ":"), default=str)


class Page(BaseModel, Generic[T]):
    """One page of a list.

    Args:
        data: the objects, newest first.
        has_more: whether there are older ones.
        next_cursor: what to send as ``cursor`` for them.
    """

    data: list[T]
    has_more: bool
    next_cursor: str | None = None


class PageParams:
    """The query parameters of a list."""

    def __init__(
        self,
        limit: Annotated[int, Query(ge=1, le=100, description="objects on the page")] = 20,
        cursor: Annotated[
            str | None,
            Query(max_length=_LONGEST_CURSOR, description="next_cursor of the page before"),
        ] = None,
    ) -> None:
        self.limit = limit
        self.cursor = cursor


def encode_cursor(key: Sequence[Any]) -> str:
    """Make a cursor of the sort key of the last object on a page; UUIDs and times become text."""
    return urlsafe_b64encode(_ENCODER.encode(list(key)).encode()).rstrip(b"=").decode()


def decode_cursor(cursor: str) -> list[Any]:
    """The sort key in a cursor.

    Raises:
        InvalidCursor: it was not made by ``encode_cursor``.
    """
    try:
        key = json.loads(urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)))
    except (binascii.Error, UnicodeError, ValueError, RecursionError) as error:
        raise InvalidCursor("Send the next_cursor of the page before.") from error
    if not isinstance(key, list):
        raise InvalidCursor("Send the next_cursor of the page before.")
    return key
