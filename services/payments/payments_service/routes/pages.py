"""Keyset pages by id: ids are UUIDv7, so their order is that of creation."""

from __future__ import annotations

from typing import Protocol, TypeVar
from uuid import UUID

from service_kit import InvalidCursor, Page, PageParams, decode_cursor, encode_cursor


class Identified(Protocol):
    """What a page is made of."""

    @property
    def id(self) -> UUID:
        """A UUIDv7."""


T = TypeVar("T", bound=Identified)


def before(params: PageParams) -> UUID | None:
    """The id that the cursor names: the page goes on with older ones. None at the start.

    Raises:
        InvalidCursor: the cursor is not one of ours.
    """
    if params.cursor is None:
        return None
    try:
        (last,) = decode_cursor(params.cursor)
        return UUID(last)
    except (ValueError, TypeError, AttributeError) as error:
        raise InvalidCursor("Send the next_cursor of the page before.") from error


def page_of(found: list[T], limit: int) -> Page[T]:
    """The page of at most ``limit``; one more was looked up, to know whether it goes on."""
    data = found[:limit]
    more = len(found) > limit
    return Page(
        data=data,
        has_more=more,
        next_cursor=encode_cursor((str(data[-1].id),)) if more else None,
    )
