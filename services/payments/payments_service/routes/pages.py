"""Keyset pages by id: ids are UUIDv7, so their order is that of creation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar
from uuid import UUID

from fastapi import Response
from service_kit import InvalidCursor, Page, PageParams, decode_cursor, encode_cursor

from payments_service.replies import as_json


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
    next_cursor = _next_cursor(found, limit)
    return Page(data=found[:limit], has_more=next_cursor is not None, next_cursor=next_cursor)


def shown_page(found: list[T], limit: int, show: Callable[[T], dict[str, Any]]) -> Response:
    """The reply that ``page_of`` makes, of objects that ``show`` gives the fields of."""
    next_cursor = _next_cursor(found, limit)
    page = {
        "data": [show(one) for one in found[:limit]],
        "has_more": next_cursor is not None,
        "next_cursor": next_cursor,
    }
    return Response(as_json(page), media_type="application/json")


def _next_cursor(found: list[T], limit: int) -> str | None:
    return encode_cursor((str(found[limit - 1].id),)) if len(found) > limit else None
